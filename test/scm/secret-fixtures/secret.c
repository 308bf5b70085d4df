/* secret.exe protect|unprotect <in> <out>: DPAPI as a C program calls it, with the context of the test. Source:
   https://learn.microsoft.com/windows/win32/api/dpapi/nf-dpapi-cryptprotectdata */
#include <windows.h>
#include <dpapi.h>
#include <stdio.h>
#include <string.h>

static BYTE bytes[1 << 16];

int main(int argc, char **argv) {
  static const char context[] = "Auftr\xc3\xa4ge \xe8\xa9\xa6";
  DATA_BLOB in, out, entropy;
  FILE *file;
  BOOL done;
  if (argc != 4 || !(file = fopen(argv[2], "rb"))) return 2;
  in.pbData = bytes;
  in.cbData = (DWORD)fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  entropy.pbData = (BYTE *)context;
  entropy.cbData = sizeof context - 1;
  done = strcmp(argv[1], "protect") == 0
             ? CryptProtectData(&in, NULL, &entropy, NULL, NULL, CRYPTPROTECT_UI_FORBIDDEN | CRYPTPROTECT_LOCAL_MACHINE, &out)
             : CryptUnprotectData(&in, NULL, &entropy, NULL, NULL, CRYPTPROTECT_UI_FORBIDDEN, &out);
  if (!done) return 3;
  if (!(file = fopen(argv[3], "wb"))) return 4;
  fwrite(out.pbData, 1, out.cbData, file);
  fclose(file);
  return 0;
}
