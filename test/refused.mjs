// What SDKs throw when the server refuses.
import assert from 'node:assert/strict';

// refused asserts that a call is answered with an error of this status and type.
export async function refused(call, status, type) {
  await assert.rejects(call, (error) => {
    assert.deepEqual([error.code, error.type], [status, type], `${error.stack}`);
    return true;
  });
}

// invalid asserts that a call fails validation.
export const invalid = (call) => refused(call, 400, 'general_argument_invalid');
