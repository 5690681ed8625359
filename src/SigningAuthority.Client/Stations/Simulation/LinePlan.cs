namespace SigningAuthority.Client.Stations.Simulation;

/// <summary>Which units a simulated line makes, and out of which primes their keys are: the same plan gives the same requests, to the octet.</summary>
/// <param name="FirstMac">12 upper-case hexadecimal digits.</param>
/// <param name="Primes">Hexadecimal; test keys only, but kept from others all the same.</param>
internal sealed record LinePlan(string FirstMac, int Devices, string Product, string? Order, IReadOnlyList<string> Primes);

/// <summary>A unit's certificate, as the line's journal has it.</summary>
/// <param name="Unit">Its number, from 0.</param>
/// <param name="SerialNumber">The certificate's.</param>
/// <param name="Sha256">Of the certificate.</param>
/// <param name="Key">SHA-256 of the SubjectPublicKeyInfo.</param>
internal sealed record DrawnUnit(int Unit, string Mac, string SerialNumber, string Sha256, string Key);
