namespace SigningAuthority.Resolution;

/// <summary>What can be asked for, by its number in IANA's registry (RFC 1035 §3.2.2, RFC 3596 §2.1).</summary>
public enum DnsRecordType : ushort
{
    A = 1,
    Txt = 16,
    Aaaa = 28,
}
