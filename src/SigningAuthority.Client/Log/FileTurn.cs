using SigningAuthority.Client.CommandLine;

namespace SigningAuthority.Client.Log;

/// <summary>One process at a time has a file of state: a lock beside it, which goes with the process.</summary>
internal static class FileTurn
{
    /// <exception cref="InvalidInputException">Another process has it.</exception>
    public static FileStream Take(string path)
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException held) when (held is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException))
        {
            throw new InvalidInputException($"{path}: another run is at work with it ({held.Message}).");
        }
    }
}
