import { mount } from 'svelte';
import App from './app.svelte';
import { connectToHost } from './client/connect.ts';
import './styles/tokens.css';
import './styles/base.css';

const target = document.getElementById('app');
if (target === null) throw new Error('The page has no element #app.');
mount(App, { target, props: { client: connectToHost() } });
