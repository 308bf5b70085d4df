/*
 * The C oracle for reading event logs: a DLL with the exports of wevtapi.dll that the library calls. The real header
 * declares them, so a prototype that differs doesn't compile. It takes its arguments as C defines them, writes each
 * call to the file in ORACLE_LOG as a line of JSON, and gives canned answers: what the library reads of them, it reads
 * as a C program wrote it.
 */
#define _WIN32_WINNT 0x0A00
#include <windows.h>
#include <stdio.h>
#include <wchar.h>
#include <winevt.h>

#define API __declspec(dllexport)
#define BACKLOG 70
#define FOLLOWED 3

/* Wider than 32 bits: a pointer that is passed as an int gets lost. */
#define SESSION 0x7FF5E5510000ULL
#define QUERY 0x7FF0E7100000ULL
#define METADATA 0x7FF0E7200000ULL
#define BOOKMARK 0x7FF0E7300000ULL
/* Of the log "Large": calls for more events than this fail from the event FIRST_LARGE on. */
#define FIT_TOGETHER 4
#define FIRST_LARGE 40
#define EVENT 0x7FF010000000ULL

static LONG open_handles = 0;
static volatile LONG available = 0;
static LONG given = 0;
static BOOL following = FALSE;
static HANDLE arrived = NULL;
static volatile LONG canceled = 0;
static BOOL large = FALSE;
static LONG bookmarked = 0;

static void put_text(FILE *file, LPCWSTR text) {
  char utf8[4096];
  if (!text) {
    fputs("null", file);
    return;
  }
  WideCharToMultiByte(CP_UTF8, 0, text, -1, utf8, sizeof utf8, NULL, NULL);
  fputc('"', file);
  for (const char *c = utf8; *c; c++) {
    if (*c == '"' || *c == '\\') fputc('\\', file);
    fputc(*c, file);
  }
  fputc('"', file);
}

static FILE *begin(const char *call) {
  FILE *file = _wfopen(_wgetenv(L"ORACLE_LOG"), L"ab");
  if (!file) abort();
  fprintf(file, "{\"call\":\"%s\"", call);
  return file;
}

static void number(FILE *file, const char *name, long long value) { fprintf(file, ",\"%s\":%lld", name, value); }

static void text(FILE *file, const char *name, LPCWSTR value) {
  fprintf(file, ",\"%s\":", name);
  put_text(file, value);
}

static void end(FILE *file) {
  fputs("}\n", file);
  fclose(file);
}

static BOOL fail(DWORD code) {
  SetLastError(code);
  return FALSE;
}

/* A handle that may not be null goes wrong loudly. */
static EVT_HANDLE opened(ULONG_PTR value) {
  InterlockedIncrement(&open_handles);
  return (EVT_HANDLE)value;
}

API EVT_HANDLE WINAPI EvtOpenSession(EVT_LOGIN_CLASS login_class, PVOID login, DWORD timeout, DWORD flags) {
  EVT_RPC_LOGIN *rpc = login;
  FILE *file = begin("EvtOpenSession");
  number(file, "loginClass", login_class);
  text(file, "server", rpc->Server);
  text(file, "user", rpc->User);
  text(file, "domain", rpc->Domain);
  text(file, "password", rpc->Password);
  number(file, "loginFlags", rpc->Flags);
  number(file, "timeout", timeout);
  number(file, "flags", flags);
  end(file);
  return opened(SESSION);
}

API EVT_HANDLE WINAPI EvtQuery(EVT_HANDLE session, LPCWSTR path, LPCWSTR query, DWORD flags) {
  FILE *file = begin("EvtQuery");
  number(file, "session", (LONG_PTR)session);
  text(file, "path", path);
  text(file, "query", query);
  number(file, "flags", flags);
  end(file);
  if (path && !wcscmp(path, L"Missing")) {
    SetLastError(ERROR_EVT_CHANNEL_NOT_FOUND);
    return NULL;
  }
  available = BACKLOG;
  given = 0;
  following = FALSE;
  large = path && !wcscmp(path, L"Large");
  return opened(QUERY);
}

static DWORD WINAPI write_more(LPVOID unused) {
  (void)unused;
  for (int i = 0; i < FOLLOWED; i++) {
    Sleep(20);
    InterlockedIncrement(&available);
    SetEvent(arrived);
  }
  return 0;
}

API EVT_HANDLE WINAPI EvtSubscribe(EVT_HANDLE session, HANDLE signal, LPCWSTR path, LPCWSTR query, EVT_HANDLE bookmark,
                                   PVOID context, EVT_SUBSCRIBE_CALLBACK callback, DWORD flags) {
  FILE *file = begin("EvtSubscribe");
  number(file, "session", (LONG_PTR)session);
  number(file, "signalIsEvent", WaitForSingleObject(signal, 0) == WAIT_TIMEOUT);
  text(file, "path", path);
  text(file, "query", query);
  number(file, "bookmark", (LONG_PTR)bookmark);
  number(file, "context", (LONG_PTR)context);
  number(file, "callback", (LONG_PTR)callback);
  number(file, "flags", flags);
  end(file);
  available = flags == EvtSubscribeStartAtOldestRecord ? 2 : 0;
  given = 0;
  following = TRUE;
  canceled = 0;
  arrived = signal;
  CloseHandle(CreateThread(NULL, 0, write_more, NULL, 0, NULL));
  return opened(QUERY);
}

API BOOL WINAPI EvtNext(EVT_HANDLE results, DWORD size, EVT_HANDLE *events, DWORD timeout, DWORD flags, PDWORD returned) {
  FILE *file = begin("EvtNext");
  number(file, "results", (LONG_PTR)results);
  number(file, "size", size);
  number(file, "timeout", timeout);
  number(file, "flags", flags);
  end(file);
  if (canceled) return fail(ERROR_CANCELLED);
  if (large && size > FIT_TOGETHER && given + (LONG)size > FIRST_LARGE && given < available) {
    /* As Windows does it: the position moves on although nothing is returned. */
    given = given + (LONG)size < available ? given + (LONG)size : available;
    return fail(RPC_S_INVALID_BOUND);
  }
  DWORD count = 0;
  while (count < size && given < available) events[count++] = opened(EVENT + ++given);
  *returned = count;
  return count > 0 ? TRUE : fail(ERROR_NO_MORE_ITEMS);
}

static void render(int id, WCHAR *xml, size_t chars) {
  WCHAR long_text[20001];
  /* More than the first buffer of the library holds. */
  int length = id == 5 ? 20000 : 3;
  for (int i = 0; i < length; i++) long_text[i] = L'x';
  long_text[length] = 0;
  _snwprintf(xml, chars,
             L"<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
             L"<Provider Name='%ls'/><EventID Qualifiers='16384'>%d</EventID><Version>0</Version><Level>%d</Level>"
             L"<Task>7</Task><Opcode>0</Opcode><Keywords>0x80000000000000</Keywords>"
             L"<TimeCreated SystemTime='2026-11-21T03:04:05.6789012Z'/><EventRecordID>%d</EventRecordID>"
             L"<Correlation/><Execution ProcessID='1234' ThreadID='5678'/><Channel>Application</Channel>"
             L"<Computer>server1.example</Computer><Security UserID='S-1-5-18'/></System>"
             L"<EventData><Data>Gr\u00fc\u00dfe &lt;%d&gt;</Data><Data Name='size'>%ls</Data><Binary>00FF10</Binary></EventData></Event>",
             id == 2 ? L"gone &amp; lost" : L"Orders &amp; more", 1000 + id, 1 + id % 5, id, id, long_text);
}

API BOOL WINAPI EvtRender(EVT_HANDLE context, EVT_HANDLE fragment, DWORD flags, DWORD size, PVOID buffer, PDWORD used,
                          PDWORD count) {
  static WCHAR xml[32768];
  int id = (int)((ULONG_PTR)fragment - EVENT);
  if (context || flags != EvtRenderEventXml || id < 1 || id > BACKLOG) return fail(ERROR_INVALID_PARAMETER);
  render(id, xml, sizeof xml / sizeof *xml);
  *used = (DWORD)(wcslen(xml) + 1) * sizeof(WCHAR);
  *count = 0;
  if (size < *used) return fail(ERROR_INSUFFICIENT_BUFFER);
  memcpy(buffer, xml, *used);
  return TRUE;
}

API EVT_HANDLE WINAPI EvtOpenPublisherMetadata(EVT_HANDLE session, LPCWSTR publisher, LPCWSTR file_path, LCID locale,
                                               DWORD flags) {
  FILE *file = begin("EvtOpenPublisherMetadata");
  number(file, "session", (LONG_PTR)session);
  text(file, "publisher", publisher);
  text(file, "filePath", file_path);
  number(file, "locale", locale);
  number(file, "flags", flags);
  end(file);
  if (!wcscmp(publisher, L"gone & lost")) {
    SetLastError(ERROR_FILE_NOT_FOUND);
    return NULL;
  }
  return opened(METADATA);
}

API BOOL WINAPI EvtFormatMessage(EVT_HANDLE metadata, EVT_HANDLE event, DWORD message, DWORD values, PEVT_VARIANT list,
                                 DWORD flags, DWORD size, LPWSTR buffer, PDWORD used) {
  static WCHAR out[8192];
  int id = (int)((ULONG_PTR)event - EVENT);
  if (metadata != (EVT_HANDLE)METADATA || message || values || list || flags != EvtFormatMessageEvent)
    return fail(ERROR_INVALID_PARAMETER);
  if (id == 4) return fail(ERROR_EVT_MESSAGE_NOT_FOUND);
  _snwprintf(out, 8192, L"Message %d\r\n", id);
  if (id == 6) {
    for (int i = 0; i < 6000; i++) out[i] = L'm';
    out[6000] = 0;
  }
  *used = (DWORD)wcslen(out) + 1;
  if (size < *used) return fail(ERROR_INSUFFICIENT_BUFFER);
  wcscpy(buffer, out);
  return id == 3 ? fail(ERROR_EVT_UNRESOLVED_VALUE_INSERT) : TRUE;
}

API EVT_HANDLE WINAPI EvtCreateBookmark(LPCWSTR xml) {
  FILE *file = begin("EvtCreateBookmark");
  text(file, "xml", xml);
  end(file);
  return opened(BOOKMARK);
}

API BOOL WINAPI EvtUpdateBookmark(EVT_HANDLE bookmark, EVT_HANDLE event) {
  if (bookmark != (EVT_HANDLE)BOOKMARK) return fail(ERROR_INVALID_PARAMETER);
  bookmarked = (LONG)((ULONG_PTR)event - EVENT);
  return TRUE;
}

API BOOL WINAPI EvtSeek(EVT_HANDLE results, LONGLONG position, EVT_HANDLE bookmark, DWORD timeout, DWORD flags) {
  FILE *file = begin("EvtSeek");
  number(file, "results", (LONG_PTR)results);
  number(file, "position", position);
  number(file, "bookmark", (LONG_PTR)bookmark);
  number(file, "timeout", timeout);
  number(file, "flags", flags);
  number(file, "bookmarked", bookmarked);
  end(file);
  if (bookmark != (EVT_HANDLE)BOOKMARK || flags != EvtSeekRelativeToBookmark) return fail(ERROR_INVALID_PARAMETER);
  given = bookmarked + (LONG)position - 1;
  return TRUE;
}

API BOOL WINAPI EvtCancel(EVT_HANDLE object) {
  FILE *file = begin("EvtCancel");
  number(file, "object", (LONG_PTR)object);
  end(file);
  InterlockedIncrement(&canceled);
  return TRUE;
}

API BOOL WINAPI EvtClose(EVT_HANDLE object) {
  if (!object) return fail(ERROR_INVALID_HANDLE);
  InterlockedDecrement(&open_handles);
  return TRUE;
}

/* Number of handles that are open. */
API DWORD WINAPI OracleOpenHandles(void) { return (DWORD)open_handles; }

/* Sizes and offsets as this compiler has them. */
API void WINAPI OracleLayout(void) {
  FILE *file = begin("layout");
  number(file, "EVT_RPC_LOGIN", sizeof(EVT_RPC_LOGIN));
  number(file, "Server", offsetof(EVT_RPC_LOGIN, Server));
  number(file, "User", offsetof(EVT_RPC_LOGIN, User));
  number(file, "Domain", offsetof(EVT_RPC_LOGIN, Domain));
  number(file, "Password", offsetof(EVT_RPC_LOGIN, Password));
  number(file, "Flags", offsetof(EVT_RPC_LOGIN, Flags));
  end(file);
}
