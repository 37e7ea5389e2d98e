; Installer for one person, without administrator rights.  windows.py gives VERSION, NUMBERS, TREE,
; OUT, KILOBYTES and the two lists of files.
;
;   POSCare-…-setup.exe /S [/D=folder]   silent, the folder last and without quotes
;   uninstall.exe /S                     silent; data are kept
;
; Exit codes: 0 done, 1 stopped by the person, 2 not done (a newer version is there, or it runs).
Target amd64-unicode ; as the program; and wine64 alone runs nothing of 32 bits
Unicode true
!include "MUI2.nsh"
!include "WordFunc.nsh"
!include "FileFunc.nsh"

Name "POSCare 终端维保"
OutFile "${OUT}"
RequestExecutionLevel user
InstallDir "$LOCALAPPDATA\Programs\POSCare"
InstallDirRegKey HKCU "Software\POSCare" "InstallDir"
!ifdef QUICK
  SetCompressor zlib
!else
  SetCompressor /SOLID lzma
  SetCompressorDictSize 64
!endif
ManifestDPIAware true
BrandingText "POSCare ${VERSION}"
VIProductVersion "${NUMBERS}"
VIAddVersionKey "ProductName" "POSCare"
VIAddVersionKey "FileDescription" "POSCare 终端维保"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "MIT License"

!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\POSCare"
!define SHORTCUT "POSCare 终端维保.lnk"
!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN "$INSTDIR\POSCare.exe"

!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "SimpChinese"
!insertmacro MUI_LANGUAGE "English"

LangString RUNS ${LANG_SIMPCHINESE} "POSCare 正在运行。请先保存并关闭 POSCare，再点“重试”。"
LangString RUNS ${LANG_ENGLISH} "POSCare is running. Save and close it, then press Retry."
LangString NEWER ${LANG_SIMPCHINESE} "已安装更新的版本。旧版本无法打开新版本的数据，因此没有安装。"
LangString NEWER ${LANG_ENGLISH} "A newer version is installed. An older one could not open its data, so nothing was installed."
LangString TAKEN ${LANG_SIMPCHINESE} "所选文件夹中已有其他文件。请选择一个空文件夹，或新建一个文件夹。"
LangString TAKEN ${LANG_ENGLISH} "The folder holds other files. Choose an empty one, or a new one."
LangString DATA ${LANG_SIMPCHINESE} "是否同时删除此电脑上的 POSCare 数据（数据库、照片、备份）？删除后无法恢复。$\r$\n$\r$\n$LOCALAPPDATA\POSCare$\r$\n$\r$\n如以后还要使用，或尚未备份，请选“否”。"
LangString DATA ${LANG_ENGLISH} "Delete the data of POSCare on this computer as well (database, photos, backups)? They cannot be brought back.$\r$\n$\r$\n$LOCALAPPDATA\POSCare$\r$\n$\r$\nChoose No if they may be needed again or are not backed up."

; Windows lets nobody write to a program that runs.
!macro REFUSE_WHILE_RUNNING program
  !define ID ${__COUNTER__}
  again_${ID}:
  ${If} ${FileExists} "${program}"
    ClearErrors
    FileOpen $0 "${program}" a
    ${If} ${Errors}
      MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(RUNS)" /SD IDCANCEL IDRETRY again_${ID}
      SetErrorLevel 2
      Quit
    ${EndIf}
    FileClose $0
  ${EndIf}
  !undef ID
!macroend

Function .onInit
  ReadRegStr $0 HKCU "${UNINSTALL}" "DisplayVersion"
  ${If} $0 != ""
    ${VersionCompare} "$0" "${VERSION}" $1
    ${If} $1 == 1
      MessageBox MB_OK|MB_ICONEXCLAMATION "$(NEWER)" /SD IDOK
      SetErrorLevel 2
      Quit
    ${EndIf}
  ${EndIf}
FunctionEnd

Section
  !insertmacro REFUSE_WHILE_RUNNING "$INSTDIR\POSCare.exe"
  !insertmacro REFUSE_WHILE_RUNNING "$INSTDIR\bin\poscare.exe"
  ReadRegStr $0 HKCU "Software\POSCare" "InstallDir"
  ${If} $0 == "$INSTDIR"
  ${AndIf} ${FileExists} "$INSTDIR\uninstall.exe"
    ; An update takes the files of the version before away, by the list that version brought along.
    ExecWait '"$INSTDIR\uninstall.exe" /S /UPDATE _?=$INSTDIR' $1
    ${If} $1 <> 0
      SetErrorLevel 2
      Abort
    ${EndIf}
  ${Else}
    ; The folder is the program's alone: uninstalling shall never meet the files of others.
    ${DirState} "$INSTDIR" $1
    ${If} $1 == 1
      MessageBox MB_OK|MB_ICONEXCLAMATION "$(TAKEN)" /SD IDOK
      SetErrorLevel 2
      Quit
    ${EndIf}
  ${EndIf}
  SetOutPath "$INSTDIR"
  ; What is compiled is made on this computer, by the launcher: a sixth less to bring here.
  File /r /x "*.pyc" "${TREE}/*"
  ExecWait '"$INSTDIR\POSCare.exe" --compile'
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortCut "$SMPROGRAMS\${SHORTCUT}" "$INSTDIR\POSCare.exe"
  CreateShortCut "$DESKTOP\${SHORTCUT}" "$INSTDIR\POSCare.exe"
  WriteRegStr HKCU "Software\POSCare" "InstallDir" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "POSCare 终端维保"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "POSCare"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\POSCare.exe"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" ${KILOBYTES}
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
SectionEnd

Section "Uninstall"
  !insertmacro REFUSE_WHILE_RUNNING "$INSTDIR\POSCare.exe"
  !insertmacro REFUSE_WHILE_RUNNING "$INSTDIR\bin\poscare.exe"
  ${GetParameters} $0
  ${GetOptions} $0 "/UPDATE" $1
  ${If} ${Errors}
    StrCpy $2 "for good"
  ${EndIf}
  ; File by file as installed; folders only when nothing is left in them.
  !include "${FILES}"
  ${If} $2 == "for good"
    Delete "$INSTDIR\uninstall.exe"
    Delete "$SMPROGRAMS\${SHORTCUT}"
    Delete "$DESKTOP\${SHORTCUT}"
    DeleteRegKey HKCU "${UNINSTALL}"
    DeleteRegKey HKCU "Software\POSCare"
    ; Written by the program where the person wished it (app/autostart.py).
    DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Run" "POSCare"
    SetOutPath "$TEMP"
    RMDir "$INSTDIR"
    ${If} ${FileExists} "$LOCALAPPDATA\POSCare\*.*"
      MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "$(DATA)" /SD IDNO IDNO kept
      RMDir /r "$LOCALAPPDATA\POSCare"
      kept:
    ${EndIf}
  ${EndIf}
SectionEnd
