/** Calls to the simulator. Rejects with the sentence that it answered. */

export async function ask(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: body ? { "Content-Type": "application/json" } : {},
    body: body ? JSON.stringify(body) : undefined,
  });
  if (response.status === 204) return null;
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.message ?? `The simulator answered ${response.status}.`);
  return answer;
}

export const onPrompt = (checkoutRequestId, action, body) =>
  ask("POST", `/simulator/prompts/${encodeURIComponent(checkoutRequestId)}/${action}`, body);

export const onPayment = (method, checkoutRequestId, body, action = "") =>
  ask(method, `/simulator/payments/${encodeURIComponent(checkoutRequestId)}${action}`, body);
