namespace SigningAuthority.Signer.Lanes;

/// <summary>A batch whose intents are committed.</summary>
/// <param name="Claimed">How many requests were claimed; fewer than the limit means that the queue is empty for now.</param>
/// <param name="End">Ends when they are signed and recorded, or with the fault that kept them from it. A shutdown does not cancel it.</param>
internal sealed record BegunBatch(int Claimed, Task End);
