; Offers Langevin under "Open with" for pictures and slices, without becoming the program that opens them.
!macro langevinOpenWith EXTENSION
  WriteRegStr SHCTX "Software\Classes\Applications\${APP_EXECUTABLE_FILENAME}\SupportedTypes" "${EXTENSION}" ""
!macroend

!macro customInstall
  WriteRegStr SHCTX "Software\Classes\Applications\${APP_EXECUTABLE_FILENAME}" "FriendlyAppName" "${PRODUCT_NAME}"
  WriteRegStr SHCTX "Software\Classes\Applications\${APP_EXECUTABLE_FILENAME}\shell\open\command" "" '"$INSTDIR\${APP_EXECUTABLE_FILENAME}" "%1"'
  !insertmacro langevinOpenWith ".jpg"
  !insertmacro langevinOpenWith ".jpeg"
  !insertmacro langevinOpenWith ".png"
  !insertmacro langevinOpenWith ".webp"
  !insertmacro langevinOpenWith ".tif"
  !insertmacro langevinOpenWith ".tiff"
  !insertmacro langevinOpenWith ".gif"
  !insertmacro langevinOpenWith ".dcm"
  !insertmacro langevinOpenWith ".npy"
!macroend

!macro customUnInstall
  DeleteRegKey SHCTX "Software\Classes\Applications\${APP_EXECUTABLE_FILENAME}"
!macroend
