/*
 * The calls of advapi32 that Wine lacks or does not know the levels of, with the same names and signatures. They decode
 * what they are given with the C definitions and keep it as JSON for OracleTake; queries are answered with canned data.
 */
/* The names are exported here, not imported. */
#define _ADVAPI32_
#include "headers.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define EXPORT __declspec(dllexport)

static WCHAR told[32768];
static int length;
static DWORD variant;

static void say(const char *format, ...) {
  char text[512];
  va_list args;
  va_start(args, format);
  int count = vsnprintf(text, sizeof text, format, args);
  va_end(args);
  for (int i = 0; i < count && length < 32766; i++) told[length++] = (unsigned char)text[i];
  told[length] = 0;
}

static void say_chars(const WCHAR *text, int count) {
  say("\"");
  for (int i = 0; i < count; i++) say("\\u%04x", text[i]);
  say("\"");
}

static void say_text(const char *name, const WCHAR *text) {
  say(",\"%s\":", name);
  if (text) say_chars(text, lstrlenW(text));
  else say("null");
}

static void say_list(const char *name, const WCHAR *list) {
  say(",\"%s\":", name);
  if (!list) { say("null"); return; }
  say("[");
  for (const WCHAR *item = list; *item; item += lstrlenW(item) + 1) {
    if (item != list) say(",");
    say_chars(item, lstrlenW(item));
  }
  say("]");
}

static void say_guid(const char *name, const GUID *guid) {
  if (!guid) { say(",\"%s\":null", name); return; }
  say(",\"%s\":\"{%08lx-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x}\"", name, (unsigned long)guid->Data1, guid->Data2,
      guid->Data3, guid->Data4[0], guid->Data4[1], guid->Data4[2], guid->Data4[3], guid->Data4[4], guid->Data4[5],
      guid->Data4[6], guid->Data4[7]);
}

static void say_actions(const SERVICE_FAILURE_ACTIONSW *info) {
  say(",\"dwResetPeriod\":%lu", (unsigned long)info->dwResetPeriod);
  say_text("lpRebootMsg", info->lpRebootMsg);
  say_text("lpCommand", info->lpCommand);
  say(",\"cActions\":%lu,\"lpsaActions\":", (unsigned long)info->cActions);
  if (!info->lpsaActions) { say("null"); return; }
  say("[");
  for (DWORD i = 0; i < info->cActions; i++)
    say("%s[%d,%lu]", i ? "," : "", info->lpsaActions[i].Type, (unsigned long)info->lpsaActions[i].Delay);
  say("]");
}

static void say_trigger(const SERVICE_TRIGGER *trigger) {
  say("{\"dwTriggerType\":%lu,\"dwAction\":%lu", (unsigned long)trigger->dwTriggerType, (unsigned long)trigger->dwAction);
  say_guid("pTriggerSubtype", trigger->pTriggerSubtype);
  say(",\"pDataItems\":");
  if (!trigger->pDataItems) { say("null}"); return; }
  say("[");
  for (DWORD i = 0; i < trigger->cDataItems; i++) {
    const SERVICE_TRIGGER_SPECIFIC_DATA_ITEM *item = &trigger->pDataItems[i];
    say("%s{\"dwDataType\":%lu,\"pData\":\"", i ? "," : "", (unsigned long)item->dwDataType);
    for (DWORD at = 0; at < item->cbData; at++) say("%02x", item->pData[at]);
    say("\"}");
  }
  say("]}");
}

static void say_triggers(const SERVICE_TRIGGER_INFO *info) {
  say(",\"cTriggers\":%lu,\"pReserved\":%s,\"pTriggers\":", (unsigned long)info->cTriggers, info->pReserved ? "true" : "null");
  if (!info->pTriggers) { say("null"); return; }
  say("[");
  for (DWORD i = 0; i < info->cTriggers; i++) {
    if (i) say(",");
    say_trigger(&info->pTriggers[i]);
  }
  say("]");
}

EXPORT BOOL WINAPI ChangeServiceConfigW(SC_HANDLE service, DWORD type, DWORD start, DWORD error, LPCWSTR path, LPCWSTR group,
    LPDWORD tag, LPCWSTR dependencies, LPCWSTR account, LPCWSTR password, LPCWSTR display) {
  (void)service;
  say("%s{\"call\":\"ChangeServiceConfigW\",\"type\":%lu,\"start\":%lu,\"error\":%lu,\"tag\":%s", length ? "," : "",
      (unsigned long)type, (unsigned long)start, (unsigned long)error, tag ? "true" : "null");
  say_text("path", path);
  say_text("group", group);
  say_list("dependencies", dependencies);
  say_text("account", account);
  say_text("password", password);
  say_text("display", display);
  say("}");
  return TRUE;
}

EXPORT BOOL WINAPI ChangeServiceConfig2W(SC_HANDLE service, DWORD level, LPVOID info) {
  (void)service;
  say("%s{\"call\":\"ChangeServiceConfig2W\",\"level\":%lu", length ? "," : "", (unsigned long)level);
  switch (level) {
    case SERVICE_CONFIG_DESCRIPTION: say_text("lpDescription", ((SERVICE_DESCRIPTIONW *)info)->lpDescription); break;
    case SERVICE_CONFIG_FAILURE_ACTIONS: say_actions(info); break;
    case SERVICE_CONFIG_DELAYED_AUTO_START_INFO:
      say(",\"fDelayedAutostart\":%d", ((SERVICE_DELAYED_AUTO_START_INFO *)info)->fDelayedAutostart); break;
    case SERVICE_CONFIG_FAILURE_ACTIONS_FLAG:
      say(",\"fFailureActionsOnNonCrashFailures\":%d", ((SERVICE_FAILURE_ACTIONS_FLAG *)info)->fFailureActionsOnNonCrashFailures); break;
    case SERVICE_CONFIG_SERVICE_SID_INFO:
      say(",\"dwServiceSidType\":%lu", (unsigned long)((SERVICE_SID_INFO *)info)->dwServiceSidType); break;
    case SERVICE_CONFIG_REQUIRED_PRIVILEGES_INFO:
      say_list("pmszRequiredPrivileges", ((SERVICE_REQUIRED_PRIVILEGES_INFOW *)info)->pmszRequiredPrivileges); break;
    case SERVICE_CONFIG_PRESHUTDOWN_INFO:
      say(",\"dwPreshutdownTimeout\":%lu", (unsigned long)((SERVICE_PRESHUTDOWN_INFO *)info)->dwPreshutdownTimeout); break;
    case SERVICE_CONFIG_TRIGGER_INFO: say_triggers(info); break;
    case SERVICE_CONFIG_PREFERRED_NODE:
      say(",\"usPreferredNode\":%u,\"fDelete\":%u", ((SERVICE_PREFERRED_NODE_INFO *)info)->usPreferredNode,
          ((SERVICE_PREFERRED_NODE_INFO *)info)->fDelete); break;
    case SERVICE_CONFIG_LAUNCH_PROTECTED:
      say(",\"dwLaunchProtected\":%lu", (unsigned long)((SERVICE_LAUNCH_PROTECTED_INFO *)info)->dwLaunchProtected); break;
    default: SetLastError(ERROR_INVALID_LEVEL); return FALSE;
  }
  say("}");
  return TRUE;
}

/* Room in the caller's buffer; beyond its end only counted. */
static BYTE *base;
static DWORD capacity, used;
static BYTE scratch[4096];

static void *room(DWORD bytes) {
  DWORD at = (used + 7) & ~7u;
  used = at + bytes;
  return used <= capacity ? base + at : scratch;
}

static WCHAR *text(const WCHAR *value, DWORD chars) {
  WCHAR *at = room(chars * sizeof(WCHAR));
  memcpy(at, value, chars * sizeof(WCHAR));
  return at;
}
#define TEXT_OF(literal) text(literal, sizeof(literal) / sizeof(WCHAR))

static void answer_actions(void) {
  SERVICE_FAILURE_ACTIONSW *info = room(sizeof *info);
  memset(info, 0, sizeof *info);
  if (variant) return;
  SC_ACTION *actions = room(4 * sizeof *actions);
  for (int i = 0; i < 4; i++) { actions[i].Type = (SC_ACTION_TYPE)i; actions[i].Delay = 1000u * i; }
  info->dwResetPeriod = INFINITE;
  info->lpRebootMsg = TEXT_OF(L"Neustart \x8a66\x9a13");
  info->lpCommand = TEXT_OF(L"cmd /c \"exit\"");
  info->cActions = 4;
  info->lpsaActions = actions;
}

static void answer_triggers(void) {
  static const GUID network = {0x4f27f2de, 0x14e2, 0x430b, {0xa5, 0x49, 0x7c, 0xd4, 0x8c, 0xbc, 0x82, 0x45}};
  static const GUID provider = {0x01234567, 0x89ab, 0xcdef, {1, 2, 3, 4, 5, 6, 7, 8}};
  SERVICE_TRIGGER_INFO *info = room(sizeof *info);
  memset(info, 0, sizeof *info);
  if (variant) return;
  SERVICE_TRIGGER *triggers = room(2 * sizeof *triggers);
  SERVICE_TRIGGER_SPECIFIC_DATA_ITEM *items = room(5 * sizeof *items);
  GUID *guids = room(2 * sizeof *guids);
  guids[0] = network;
  guids[1] = provider;
  static const WCHAR multi[] = L"one\0two\0";
  ULONGLONG *keywords = room(2 * sizeof *keywords);
  keywords[0] = 0x8000000000000001ull;
  keywords[1] = 42;
  BYTE *bytes = room(4);
  memcpy(bytes, "\x00\x01\xfe\x7", 4);
  items[0] = (SERVICE_TRIGGER_SPECIFIC_DATA_ITEM){SERVICE_TRIGGER_DATA_TYPE_BINARY, 3, bytes};
  items[1] = (SERVICE_TRIGGER_SPECIFIC_DATA_ITEM){SERVICE_TRIGGER_DATA_TYPE_STRING, sizeof multi, (PBYTE)text(multi, sizeof multi / sizeof(WCHAR))};
  items[2] = (SERVICE_TRIGGER_SPECIFIC_DATA_ITEM){SERVICE_TRIGGER_DATA_TYPE_LEVEL, 1, bytes + 3};
  items[3] = (SERVICE_TRIGGER_SPECIFIC_DATA_ITEM){SERVICE_TRIGGER_DATA_TYPE_KEYWORD_ANY, 8, (PBYTE)&keywords[0]};
  items[4] = (SERVICE_TRIGGER_SPECIFIC_DATA_ITEM){SERVICE_TRIGGER_DATA_TYPE_KEYWORD_ALL, 8, (PBYTE)&keywords[1]};
  triggers[0] = (SERVICE_TRIGGER){SERVICE_TRIGGER_TYPE_IP_ADDRESS_AVAILABILITY, SERVICE_TRIGGER_ACTION_SERVICE_STOP, &guids[0], 0, NULL};
  triggers[1] = (SERVICE_TRIGGER){SERVICE_TRIGGER_TYPE_CUSTOM, SERVICE_TRIGGER_ACTION_SERVICE_START, &guids[1], 5, items};
  info->cTriggers = 2;
  info->pTriggers = triggers;
}

EXPORT BOOL WINAPI QueryServiceConfig2W(SC_HANDLE service, DWORD level, LPBYTE buffer, DWORD size, LPDWORD needed) {
  (void)service;
  base = buffer;
  capacity = size;
  used = 0;
  switch (level) {
    case SERVICE_CONFIG_DESCRIPTION: {
      SERVICE_DESCRIPTIONW *info = room(sizeof *info);
      info->lpDescription = variant ? NULL : TEXT_OF(L"Beschreibung \x8a66");
      break;
    }
    case SERVICE_CONFIG_FAILURE_ACTIONS: answer_actions(); break;
    case SERVICE_CONFIG_DELAYED_AUTO_START_INFO:
      ((SERVICE_DELAYED_AUTO_START_INFO *)room(sizeof(SERVICE_DELAYED_AUTO_START_INFO)))->fDelayedAutostart = !variant; break;
    case SERVICE_CONFIG_FAILURE_ACTIONS_FLAG:
      ((SERVICE_FAILURE_ACTIONS_FLAG *)room(sizeof(SERVICE_FAILURE_ACTIONS_FLAG)))->fFailureActionsOnNonCrashFailures = !variant; break;
    case SERVICE_CONFIG_SERVICE_SID_INFO:
      ((SERVICE_SID_INFO *)room(sizeof(SERVICE_SID_INFO)))->dwServiceSidType = variant ? SERVICE_SID_TYPE_NONE : SERVICE_SID_TYPE_RESTRICTED; break;
    case SERVICE_CONFIG_REQUIRED_PRIVILEGES_INFO: {
      SERVICE_REQUIRED_PRIVILEGES_INFOW *info = room(sizeof *info);
      info->pmszRequiredPrivileges = variant ? NULL : TEXT_OF(L"SeChangeNotifyPrivilege\0SeShutdownPrivilege\0");
      break;
    }
    case SERVICE_CONFIG_PRESHUTDOWN_INFO:
      ((SERVICE_PRESHUTDOWN_INFO *)room(sizeof(SERVICE_PRESHUTDOWN_INFO)))->dwPreshutdownTimeout = variant ? 0 : 0xfffffffe; break;
    case SERVICE_CONFIG_TRIGGER_INFO: answer_triggers(); break;
    case SERVICE_CONFIG_PREFERRED_NODE: {
      SERVICE_PREFERRED_NODE_INFO *info = room(sizeof *info);
      info->usPreferredNode = variant ? 0 : 0x1234;
      info->fDelete = 0;
      break;
    }
    case SERVICE_CONFIG_LAUNCH_PROTECTED:
      ((SERVICE_LAUNCH_PROTECTED_INFO *)room(sizeof(SERVICE_LAUNCH_PROTECTED_INFO)))->dwLaunchProtected = variant ? 0 : 3; break;
    default: SetLastError(ERROR_INVALID_LEVEL); return FALSE;
  }
  *needed = used;
  if (used <= size) return TRUE;
  SetLastError(ERROR_INSUFFICIENT_BUFFER);
  return FALSE;
}

EXPORT BOOL WINAPI ControlServiceExW(SC_HANDLE service, DWORD control, DWORD level, PVOID params) {
  SERVICE_CONTROL_STATUS_REASON_PARAMSW *given = params;
  (void)service;
  say("%s{\"call\":\"ControlServiceExW\",\"control\":%lu,\"level\":%lu,\"dwReason\":%lu", length ? "," : "",
      (unsigned long)control, (unsigned long)level, (unsigned long)given->dwReason);
  say_text("pszComment", given->pszComment);
  say("}");
  given->ServiceStatus = (SERVICE_STATUS_PROCESS){SERVICE_WIN32_OWN_PROCESS, SERVICE_STOP_PENDING, 0, 1066, 77, 5, 1234, 4711, 0};
  return TRUE;
}

static void say_sid(const BYTE *sid) {
  say(",\"sid\":\"");
  for (int at = 0; at < 8 + 4 * sid[1]; at++) say("%02x", sid[at]);
  say("\"");
}

static void say_lsa(const char *name, const LSA_UNICODE_STRING *string) {
  say(",\"%s\":", name);
  if (!string) { say("null"); return; }
  say("{\"Length\":%u,\"MaximumLength\":%u,\"Buffer\":", string->Length, string->MaximumLength);
  say_chars(string->Buffer, string->Length / sizeof(WCHAR));
  say("}");
}

EXPORT NTSTATUS NTAPI LsaOpenPolicy(PLSA_UNICODE_STRING system, PLSA_OBJECT_ATTRIBUTES attributes, ACCESS_MASK access,
    PLSA_HANDLE policy) {
  say("%s{\"call\":\"LsaOpenPolicy\",\"access\":%lu,\"attributes\":%lu", length ? "," : "", (unsigned long)access,
      (unsigned long)(attributes->Length + attributes->Attributes));
  say_lsa("system", system);
  say("}");
  *policy = (LSA_HANDLE)0x1234;
  return 0;
}

EXPORT NTSTATUS NTAPI LsaAddAccountRights(LSA_HANDLE policy, PSID sid, PLSA_UNICODE_STRING rights, ULONG count) {
  say("%s{\"call\":\"LsaAddAccountRights\",\"policy\":%lu,\"count\":%lu", length ? "," : "",
      (unsigned long)(ULONG_PTR)policy, (unsigned long)count);
  say_sid(sid);
  say_lsa("right", rights);
  say("}");
  return 0;
}

/* 0: two rights; 1: an account that the policy doesn't know; 2: no right to look. */
EXPORT NTSTATUS NTAPI LsaEnumerateAccountRights(LSA_HANDLE policy, PSID sid, PLSA_UNICODE_STRING *rights, PULONG count) {
  static WCHAR first[] = L"SeBatchLogonRight", second[] = L"SeServiceLogonRightX";
  static LSA_UNICODE_STRING list[2];
  say("%s{\"call\":\"LsaEnumerateAccountRights\",\"policy\":%lu", length ? "," : "", (unsigned long)(ULONG_PTR)policy);
  say_sid(sid);
  say("}");
  if (variant == 1) return (NTSTATUS)0xC0000034;
  if (variant == 2) return (NTSTATUS)0xC0000022;
  list[0] = (LSA_UNICODE_STRING){sizeof first - 2, sizeof first, first};
  /* The length counts, not the zero at the end. 3: the right itself, 0: another one that begins alike. */
  list[1] = (LSA_UNICODE_STRING){sizeof second - (variant == 3 ? 4 : 2), sizeof second, second};
  *rights = list;
  *count = 2;
  return 0;
}

EXPORT NTSTATUS NTAPI LsaFreeMemory(PVOID memory) {
  say("%s{\"call\":\"LsaFreeMemory\",\"memory\":%s}", length ? "," : "", memory ? "true" : "null");
  return 0;
}

EXPORT NTSTATUS NTAPI LsaClose(LSA_HANDLE policy) {
  say("%s{\"call\":\"LsaClose\",\"policy\":%lu}", length ? "," : "", (unsigned long)(ULONG_PTR)policy);
  return 0;
}

/* What was told since the last call, as a list. */
EXPORT LPCWSTR WINAPI OracleTake(void) {
  static WCHAR taken[32768 + 2];
  taken[0] = L'[';
  memcpy(taken + 1, told, length * sizeof(WCHAR));
  memcpy(taken + 1 + length, L"]", 2 * sizeof(WCHAR));
  length = 0;
  told[0] = 0;
  return taken;
}

/* 0: every field has a value; 1: every field is empty, and pointers are NULL. */
EXPORT void WINAPI OracleVariant(DWORD wanted) { variant = wanted; }
