/* Only for trying the program under wine 8, which has no ICU; never shipped.  Opening a converter
   fails, and Qt falls back to its own. */
#define EXPORT __declspec(dllexport)
#define FILE_ACCESS_ERROR 4

EXPORT void *ucnv_open(const char *name, int *error) {
  (void)name;
  if (error) *error = FILE_ACCESS_ERROR;
  return 0;
}
EXPORT void ucnv_close(void) {}
EXPORT int ucnv_countAvailable(void) { return 0; }
EXPORT const char *ucnv_getAvailableName(void) { return 0; }
EXPORT const char *ucnv_getName(void) { return 0; }
EXPORT const char *ucnv_getStandardName(void) { return 0; }
EXPORT int ucnv_getMaxCharSize(void) { return 4; }
EXPORT int ucnv_fromUCountPending(void) { return 0; }
EXPORT int ucnv_toUCountPending(void) { return 0; }
EXPORT void ucnv_fromUnicode(void) {}
EXPORT void ucnv_toUnicode(void) {}
EXPORT void ucnv_getFromUCallBack(void) {}
EXPORT void ucnv_getToUCallBack(void) {}
EXPORT void ucnv_setFromUCallBack(void) {}
EXPORT void ucnv_setToUCallBack(void) {}
EXPORT void ucnv_reset(void) {}
EXPORT void ucnv_cbFromUWriteUChars(void) {}
EXPORT void UCNV_FROM_U_CALLBACK_SUBSTITUTE(void) {}
EXPORT void UCNV_TO_U_CALLBACK_SUBSTITUTE(void) {}
