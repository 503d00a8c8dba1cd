'use client';
// What a server action tells its form, shared between formAction.ts (server) and the fields (browser).
import { createContext } from 'react';

export interface FormState {
  readonly status: 'idle' | 'ok' | 'error';
  readonly message?: string;
  /** A path to pass on to somebody, shown with a copy button. */
  readonly link?: string;
  /** By field name. */
  readonly errors: Readonly<Record<string, string>>;
}

export type ServerAction = (state: FormState, form: FormData) => Promise<FormState>;

export const emptyFormState: FormState = { status: 'idle', errors: {} };

export const FormContext = createContext<FormState>(emptyFormState);
