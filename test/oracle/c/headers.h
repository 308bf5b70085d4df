/* The Windows headers as mingw-w64 has them, and what they lack, from the pages of the Win32 documentation. */
#ifndef UNICODE
#define UNICODE
#endif
#include <winsock2.h>
#include <windows.h>
#include <dbt.h>
#include <dpapi.h>
#include <ntsecapi.h>
#include <psapi.h>
#include <winevt.h>
#include <winsvc.h>
#include <wtsapi32.h>

/* https://learn.microsoft.com/windows/win32/api/winsvc/ns-winsvc-service_timechange_info */
typedef struct {
  LARGE_INTEGER liNewTime;
  LARGE_INTEGER liOldTime;
} SERVICE_TIMECHANGE_INFO;

/* https://learn.microsoft.com/windows/win32/api/winsvc/ns-winsvc-service_trigger_specific_data_item */
typedef struct {
  DWORD dwDataType;
  DWORD cbData;
  PBYTE pData;
} SERVICE_TRIGGER_SPECIFIC_DATA_ITEM;

#define SERVICE_TRIGGER_ACTION_SERVICE_START 1
#define SERVICE_TRIGGER_ACTION_SERVICE_STOP 2

/* https://learn.microsoft.com/windows/win32/api/winsvc/ns-winsvc-service_trigger */
typedef struct {
  DWORD dwTriggerType;
  DWORD dwAction;
  GUID *pTriggerSubtype;
  DWORD cDataItems;
  SERVICE_TRIGGER_SPECIFIC_DATA_ITEM *pDataItems;
} SERVICE_TRIGGER;

/* https://learn.microsoft.com/windows/win32/api/winsvc/ns-winsvc-service_trigger_info */
typedef struct {
  DWORD cTriggers;
  SERVICE_TRIGGER *pTriggers;
  PBYTE pReserved;
} SERVICE_TRIGGER_INFO;

/* https://learn.microsoft.com/windows/win32/api/winsvc/ns-winsvc-service_preferred_node_info */
typedef struct {
  USHORT usPreferredNode;
  BOOLEAN fDelete;
} SERVICE_PREFERRED_NODE_INFO;

/* https://learn.microsoft.com/windows/win32/api/winsvc/ns-winsvc-service_launch_protected_info */
typedef struct {
  DWORD dwLaunchProtected;
} SERVICE_LAUNCH_PROTECTED_INFO;
