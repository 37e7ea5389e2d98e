/* Starts the program on the interpreter beside it.  Built twice: the window program POSCare.exe
   without a console (-DWINDOW -mwindows), and bin\poscare.exe for the command line, whose folder
   lies one deeper (-DUP=1).  Both are their own interpreter (sys.executable), so the children that
   multiprocessing starts come here as well; app.__main__ tells them by their arguments. */
#include <windows.h>
#include <shellapi.h>
#include <stdlib.h>
#include <wchar.h>

#define LONGEST 32768
#define OWN 9

#ifndef UP
#define UP 0
#endif

typedef int (*python_main)(int, wchar_t **);

static int refuse(void) {
  static const wchar_t said[] =
      L"POSCare 的文件不完整，请重新安装；您的数据不受影响。\n"
      L"Files of POSCare are missing. Install it again; your data are not touched.\n";
#ifdef WINDOW
  MessageBoxW(NULL, said, L"POSCare", MB_ICONERROR);
#else
  DWORD written;
  HANDLE out = GetStdHandle(STD_ERROR_HANDLE);
  if (!WriteConsoleW(out, said, (DWORD)wcslen(said), &written, NULL)) {
    char bytes[512];
    int n = WideCharToMultiByte(CP_ACP, 0, said, -1, bytes, sizeof bytes, NULL, NULL);
    if (n > 1) WriteFile(out, bytes, (DWORD)(n - 1), &written, NULL);
  }
#endif
  return 99;
}

static int start(void) {
  static wchar_t path[LONGEST];
  if (!GetModuleFileNameW(NULL, path, LONGEST - 32)) return refuse();
  for (int i = 0; i <= UP; i++) {
    wchar_t *end = wcsrchr(path, L'\\');
    if (!end) return refuse();
    *end = 0;
  }
  /* where extension modules find the libraries they share, also when the program lies deeper */
  AddDllDirectory(path);
  static wchar_t modules[LONGEST];
  wcscpy(modules, path);
  wcscat(modules, L"\\Lib\\site-packages");
  wcscat(path, L"\\python311.dll");
  HMODULE library = LoadLibraryExW(path, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
  if (!library) return refuse();
  python_main run = (python_main)(void *)GetProcAddress(library, "Py_Main");
  int count;
  wchar_t **given = CommandLineToArgvW(GetCommandLineW(), &count);
  if (!run || !given) return refuse();
  wchar_t **all = calloc((size_t)count + OWN + 1, sizeof *all);
  if (!all) return refuse();
  int n = 0;
  all[n++] = given[0];
  /* isolated; nothing is written beside the program, so that uninstalling finds what was installed */
  all[n++] = L"-I";
  all[n++] = L"-B";
  all[n++] = L"-m";
  if (count == 2 && !wcscmp(given[1], L"--compile")) {
    /* asked for by the installer alone, which knows the names of the files this makes */
    all[n++] = L"compileall";
    all[n++] = L"-q";
    all[n++] = L"--invalidation-mode";
    all[n++] = L"unchecked-hash";
    all[n++] = modules;
    return run(n, all);
  }
  all[n++] = L"app";
  for (int i = 1; i < count; i++) all[n++] = given[i];
  return run(n, all);
}

#ifdef WINDOW
int WINAPI wWinMain(HINSTANCE self, HINSTANCE before, PWSTR line, int show) {
  (void)self; (void)before; (void)line; (void)show;
  return start();
}
#else
int wmain(void) { return start(); }
#endif
