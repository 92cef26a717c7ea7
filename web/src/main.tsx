import { render } from 'preact'

import { App } from './app'
import { unfoldForPrint } from './print'
import { isShared } from './router'
import './style.css'

const root = document.getElementById('app')
if (root) render(<App />, root)
unfoldForPrint()

const keepsPage = 'serviceWorker' in navigator && isSecureContext && import.meta.env.PROD && !isShared()
if (keepsPage) void navigator.serviceWorker.register('/service-worker.js')
