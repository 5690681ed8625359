namespace SigningAuthority.Api.Limits;

/// <summary>On a route: its calls are not counted by token. For static files alone, which are taken by the thousand and can be cached.</summary>
internal sealed record Uncounted;
