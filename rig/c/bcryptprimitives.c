/*
 * Windows has this DLL since 8.1 and Wine since 9; ffi-rs imports one function of it, and doesn't load without.
 * https://learn.microsoft.com/windows/win32/seccng/processprng
 */
#include <windows.h>

/* RtlGenRandom, by the name that advapi32 exports it under. */
BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length) {
    while (length > 0) {
        ULONG part = length > 0x10000000 ? 0x10000000 : (ULONG)length;
        if (!SystemFunction036(data, part)) return FALSE;
        data += part;
        length -= part;
    }
    return TRUE;
}
