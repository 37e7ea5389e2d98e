/* The interpreter of the package with a command line of one's own, to try its modules one by one:
   nothing of it is in the installer. */
#include <windows.h>

typedef int (*python_main)(int, wchar_t **);

int wmain(int count, wchar_t **given) {
  HMODULE library = LoadLibraryW(L"python311.dll");
  if (!library) return 99;
  python_main run = (python_main)(void *)GetProcAddress(library, "Py_Main");
  return run ? run(count, given) : 99;
}
