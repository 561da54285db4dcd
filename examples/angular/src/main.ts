import { Component, CUSTOM_ELEMENTS_SCHEMA, signal } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import { defineElement } from 'nearfar';

const call = async (path: string, options?: RequestInit) => (await fetch(path, options)).json();

@Component({
  selector: 'app-root',
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `
    @if (passed() !== undefined) {
      <p>{{ passed() ? 'Verified' : 'Not verified' }}</p>
    } @else if (session(); as session) {
      <nearfar-liveness [sessionUrl]="session.url" (continue)="finish(session.id)" />
    } @else {
      <button type="button" (click)="start()">Verify me</button>
    }
  `,
})
class App {
  readonly session = signal<{ id: string; url: string } | undefined>(undefined);
  readonly passed = signal<boolean | undefined>(undefined);

  async start() {
    this.session.set(await call('/api/sessions', { method: 'POST' }));
  }

  async finish(id: string) {
    // Your back end decides: it asks the service for the result.
    this.passed.set((await call(`/api/sessions/${id}`)).passed);
  }
}

defineElement();
bootstrapApplication(App);
