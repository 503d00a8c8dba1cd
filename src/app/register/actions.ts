'use server';
// Server actions of the register page.
import { personInput, register } from '@/server/accounts';
import { publicFormAction } from '../formAction';

export const registerAccount = publicFormAction(personInput, async (person) => {
  await register(person);
  return undefined;
});
