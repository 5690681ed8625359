using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Keys;
using SigningAuthority.Storage;

namespace SigningAuthority.Signer.Ceremony;

/// <summary>Exit statuses of the ceremony commands, and the one place where their failures become words.</summary>
internal static class CeremonyOutcome
{
    public const int Refused = 1;
    public const int Fault = 2;

    public static async Task<int> ReportAsync(TextWriter error, Func<Task<int>> act)
    {
        try
        {
            return await act();
        }
        catch (Exception e) when (e is CeremonyRefusal or InvalidConfigurationException)
        {
            await error.WriteLineAsync($"refused: {e.Message}");
            return Refused;
        }
        catch (KeyStoreException e)
        {
            await error.WriteLineAsync($"key store: {e.Message}" + (e.IsTransient ? " Hold the ceremony again when it is back." : ""));
            return Fault;
        }
        catch (Exception e) when (DatabaseFaults.IsTransient(e))
        {
            await error.WriteLineAsync($"database: {DatabaseFaults.Describe(e)} Hold the ceremony again: it goes on where it stopped.");
            return Fault;
        }
    }
}
