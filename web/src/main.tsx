import { render } from 'preact'

import { App } from './app'
import { prepareForPrint } from './print'
import { isShared } from './router'
import './style.css'

const root = document.getElementById('app')
if (root) render(<App />, root)
prepareForPrint()

const keepsPage = 'serviceWorker' in navigator && isSecureContext && import.meta.env.PROD && !isShared()
if (keepsPage) void navigator.serviceWorker.register('/service-worker.js')
