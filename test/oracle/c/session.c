/*
 * The calls of wtsapi32 and user32 that Wine has as stubs, with the same names and signatures. They keep what they are
 * given as JSON for OracleTake, and answer with canned data whose memory is counted.
 */
#define _WTSAPI32_
#define WINUSERAPI
/* The GUIDs of the headers, with their values. */
#define INITGUID
#include "headers.h"
#include <usbiodef.h>
#include <hidclass.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define EXPORT __declspec(dllexport)

static WCHAR told[16384];
static int length, blocks, messages;
static HANDLE pressed;
/* Messages come from several threads at once: one call tells all it has before the next. */
static SRWLOCK telling = SRWLOCK_INIT;

static void say(const char *format, ...) {
  char text[512];
  va_list args;
  va_start(args, format);
  int count = vsnprintf(text, sizeof text, format, args);
  va_end(args);
  for (int i = 0; i < count && length < 16382; i++) told[length++] = (unsigned char)text[i];
  told[length] = 0;
}

/* `bytes` of text, and the character behind them. */
static void say_text(const char *name, const WCHAR *text, DWORD bytes) {
  say(",\"%s\":\"", name);
  for (DWORD i = 0; i < bytes / sizeof(WCHAR); i++) say("\\u%04x", text[i]);
  say("\",\"%sEnd\":%u", name, text[bytes / sizeof(WCHAR)]);
}

static void say_guid(const char *name, const GUID *guid) {
  say(",\"%s\":\"{%08lx-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x}\"", name, (unsigned long)guid->Data1, guid->Data2,
      guid->Data3, guid->Data4[0], guid->Data4[1], guid->Data4[2], guid->Data4[3], guid->Data4[4], guid->Data4[5],
      guid->Data4[6], guid->Data4[7]);
}

static void begin(const char *call) {
  AcquireSRWLockExclusive(&telling);
  say("%s{\"call\":\"%s\"", length ? "," : "", call);
}

static void end(void) {
  say("}");
  ReleaseSRWLockExclusive(&telling);
}

/* Timeout 7: waits until OraclePress. Session 5 is refused, with the code of a missing privilege; session 6 with that of a missing session. */
EXPORT BOOL WINAPI WTSSendMessageW(HANDLE server, DWORD session, LPWSTR title, DWORD title_bytes, LPWSTR text,
    DWORD text_bytes, DWORD style, DWORD timeout, DWORD *response, BOOL wait) {
  begin("WTSSendMessageW");
  say(",\"server\":%s,\"session\":%lu,\"style\":%lu,\"timeout\":%lu,\"wait\":%d", server ? "true" : "null",
      (unsigned long)session, (unsigned long)style, (unsigned long)timeout, wait);
  say_text("title", title, title_bytes);
  say_text("text", text, text_bytes);
  end();
  messages++;
  if (session == 5 || session == 6) {
    SetLastError(session == 5 ? ERROR_PRIVILEGE_NOT_HELD : ERROR_CTX_WINSTATION_NOT_FOUND);
    return FALSE;
  }
  if (timeout == 7) WaitForSingleObject(pressed, INFINITE);
  *response = !wait ? IDASYNC : timeout == 1 ? IDTIMEOUT : (style & 0xf) == MB_YESNO ? IDNO : IDOK;
  return TRUE;
}

EXPORT void WINAPI WTSFreeMemory(PVOID memory) {
  blocks--;
  HeapFree(GetProcessHeap(), 0, memory);
}

static void *block(DWORD bytes) {
  blocks++;
  return HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, bytes);
}

/* Session 9 is gone when it is asked: see below. */
EXPORT BOOL WINAPI WTSEnumerateSessionsW(HANDLE server, DWORD reserved, DWORD version, PWTS_SESSION_INFOW *sessions, DWORD *count) {
  static int calls;
  static WCHAR *names[] = {L"Services", L"Console", L"RDP-Tcp#3", L"RDP-Tcp", L"gone"};
  static const DWORD ids[] = {0, 1, 3, 65536, 9};
  static const WTS_CONNECTSTATE_CLASS states[] = {WTSDisconnected, WTSActive, WTSDisconnected, WTSListen, WTSActive};
  if (server || reserved || version != 1) {
    SetLastError(ERROR_INVALID_PARAMETER);
    return FALSE;
  }
  DWORD amount = calls++ % 2 ? 4 : 5;
  *sessions = block(amount * sizeof **sessions);
  for (DWORD i = 0; i < amount; i++) {
    (*sessions)[i].SessionId = ids[i];
    (*sessions)[i].pWinStationName = names[i];
    (*sessions)[i].State = states[i];
  }
  *count = amount;
  return TRUE;
}

static const WCHAR *information(DWORD session, WTS_INFO_CLASS info) {
  if (session == 1) return info == WTSUserName ? L"J\x00fcrgen \x8a66" : info == WTSDomainName ? L"FIRMA" : L"";
  if (session == 3) return info == WTSUserName ? L"maria" : info == WTSDomainName ? L"FIRMA" : L"LAPTOP-3";
  return L"";
}

EXPORT BOOL WINAPI WTSQuerySessionInformationW(HANDLE server, DWORD session, WTS_INFO_CLASS info, LPWSTR *buffer, DWORD *bytes) {
  if (server || (info != WTSUserName && info != WTSDomainName && info != WTSClientName) || session > 3) {
    SetLastError(session > 3 ? ERROR_FILE_NOT_FOUND : ERROR_INVALID_PARAMETER);
    return FALSE;
  }
  const WCHAR *text = information(session, info);
  *bytes = (lstrlenW(text) + 1) * sizeof(WCHAR);
  *buffer = block(*bytes);
  memcpy(*buffer, text, *bytes);
  return TRUE;
}

EXPORT HPOWERNOTIFY WINAPI RegisterPowerSettingNotification(HANDLE recipient, LPCGUID setting, DWORD flags) {
  begin("RegisterPowerSettingNotification");
  say(",\"recipient\":%lu,\"flags\":%lu", (unsigned long)(ULONG_PTR)recipient, (unsigned long)flags);
  say_guid("setting", setting);
  end();
  if (IsEqualGUID(setting, &GUID_SYSTEM_AWAYMODE)) {
    SetLastError(ERROR_ACCESS_DENIED);
    return NULL;
  }
  return (HPOWERNOTIFY)(ULONG_PTR)101;
}

EXPORT HDEVNOTIFY WINAPI RegisterDeviceNotificationW(HANDLE recipient, LPVOID filter, DWORD flags) {
  const DEV_BROADCAST_DEVICEINTERFACE_W *given = filter;
  begin("RegisterDeviceNotificationW");
  say(",\"recipient\":%lu,\"flags\":%lu,\"size\":%lu,\"type\":%lu,\"reserved\":%lu,\"name\":%u", (unsigned long)(ULONG_PTR)recipient,
      (unsigned long)flags, (unsigned long)given->dbcc_size, (unsigned long)given->dbcc_devicetype,
      (unsigned long)given->dbcc_reserved, given->dbcc_name[0]);
  say_guid("class", &given->dbcc_classguid);
  say(",\"whole\":%d", given->dbcc_size == sizeof *given);
  end();
  return (HDEVNOTIFY)(ULONG_PTR)202;
}

EXPORT BOOL WINAPI UnregisterPowerSettingNotification(HPOWERNOTIFY handle) {
  begin("UnregisterPowerSettingNotification");
  say(",\"handle\":%lu", (unsigned long)(ULONG_PTR)handle);
  end();
  return TRUE;
}

EXPORT BOOL WINAPI UnregisterDeviceNotification(HDEVNOTIFY handle) {
  begin("UnregisterDeviceNotification");
  say(",\"handle\":%lu", (unsigned long)(ULONG_PTR)handle);
  end();
  return TRUE;
}

/* What was told since the last call, as a list. */
EXPORT LPCWSTR WINAPI OracleTake(void) {
  static WCHAR taken[16384 + 2];
  AcquireSRWLockExclusive(&telling);
  taken[0] = L'[';
  memcpy(taken + 1, told, length * sizeof(WCHAR));
  memcpy(taken + 1 + length, L"]", 2 * sizeof(WCHAR));
  length = 0;
  told[0] = 0;
  ReleaseSRWLockExclusive(&telling);
  return taken;
}

/* The GUIDs of the headers, by the names that the library gives them. */
EXPORT void WINAPI OracleGuids(void) {
  begin("guids");
  say_guid("powerSource", &GUID_ACDC_POWER_SOURCE);
  say_guid("batteryPercentage", &GUID_BATTERY_PERCENTAGE_REMAINING);
  say_guid("monitor", &GUID_CONSOLE_DISPLAY_STATE);
  say_guid("monitorPower", &GUID_MONITOR_POWER_ON);
  say_guid("lid", &GUID_LIDSWITCH_STATE_CHANGE);
  say_guid("awayMode", &GUID_SYSTEM_AWAYMODE);
  say_guid("userPresence", &GUID_GLOBAL_USER_PRESENCE);
  say_guid("powerScheme", &GUID_POWERSCHEME_PERSONALITY);
  say_guid("idleBackgroundTask", &GUID_IDLE_BACKGROUND_TASK);
  say_guid("usb", &GUID_DEVINTERFACE_USB_DEVICE);
  say_guid("disk", &GUID_DEVINTERFACE_DISK);
  say_guid("volume", &GUID_DEVINTERFACE_VOLUME);
  say_guid("comPort", &GUID_DEVINTERFACE_COMPORT);
  say_guid("hid", &GUID_DEVINTERFACE_HID);
  end();
}

/* Blocks that nobody has freed. */
EXPORT DWORD WINAPI OracleBlocks(void) { return blocks; }

/* How many messages were shown. */
EXPORT DWORD WINAPI OracleMessages(void) { return messages; }

/* Somebody presses the button of one message that waits, or of the next one that will. */
EXPORT void WINAPI OraclePress(void) { ReleaseSemaphore(pressed, 1, NULL); }

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved) {
  (void)instance;
  (void)reserved;
  if (reason == DLL_PROCESS_ATTACH) pressed = CreateSemaphoreW(NULL, 0, 100, NULL);
  return TRUE;
}
