namespace SigningAuthority.Issuance.Devices;

/// <summary>
/// Runs of hexadecimal digits. Providers' software finds the device's MAC address in a subject by looking for 12 of them
/// (Cisco BroadWorks takes the last such run, Sipwise any substring once ":" and "-" are dropped), so a foreign run is
/// another device's identity.
/// </summary>
public static class HexRun
{
    public const int MacLength = 12;

    /// <summary>True when the text, with ":" and "-" dropped, has 12 or more hexadecimal digits in a row.</summary>
    public static bool IsIn(string text)
    {
        var run = 0;
        foreach (var character in text)
        {
            if (character is ':' or '-')
                continue;
            run = char.IsAsciiHexDigit(character) ? run + 1 : 0;
            if (run == MacLength)
                return true;
        }

        return false;
    }
}
