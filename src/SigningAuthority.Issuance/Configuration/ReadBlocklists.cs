using System.Text;
using SigningAuthority.Issuance.Policy;

namespace SigningAuthority.Issuance.Configuration;

/// <content>The lists of keys that the policy names. A list that is named and not there is a defect: it must not be missed silently.</content>
internal sealed partial class ConfigurationFiles
{
    private void ReadBlocklists(PolicySettings policy)
    {
        foreach (var (list, index) in policy.WeakKeys.Blocklists.Select((list, index) => (list, index)))
        {
            var key = $"$.weakKeys.blocklists[{index}]";
            if (Path.IsPathRooted(list) || list.Split('/', '\\').Contains(".."))
                _defects.Add(new ConfigurationDefect(FileOf(policy), key, $"'{list}' is no path below the configuration's folder."));
            else if (ReadBlocklist(list) is { } unread)
                _defects.Add(new ConfigurationDefect(FileOf(policy), key, $"'{list}' can't be read: {unread}"));
        }
    }

    private string? ReadBlocklist(string list)
    {
        try
        {
            var lines = Encoding.UTF8.GetString(ReadHashed(list)).Split('\n');
            var wrong = Array.FindIndex(lines, line => !BlockedKeys.TryAdd(line));
            if (wrong >= 0)
                _defects.Add(
                    new ConfigurationDefect(list, $"line {wrong + 1}", "Neither a comment (#) nor 20, 40 or 64 hexadecimal digits.")
                );
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return exception.Message;
        }
    }
}
