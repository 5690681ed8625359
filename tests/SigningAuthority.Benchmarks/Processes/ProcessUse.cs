using System.Globalization;

namespace SigningAuthority.Benchmarks.Processes;

/// <summary>What a process and all that it started have used so far (proc(5)). Children that ended are counted by who waited for them.</summary>
/// <param name="Seconds">CPU time, user and system.</param>
internal readonly record struct ProcessUse(double Seconds)
{
    private const double TicksInSecond = 100; // USER_HZ, the same on every Linux that .NET runs on

    private const int UserTime = 11; // fields of /proc/PID/stat after the command's bracket: utime, stime, cutime, cstime
    private const int Parent = 1;

    public static ProcessUse Of(int root)
    {
        var ticks = 0L;
        foreach (var pid in Tree(root))
        {
            if (Stat(pid) is { } fields)
                ticks += fields[UserTime..(UserTime + 4)].Sum(field => long.Parse(field, CultureInfo.InvariantCulture));
        }

        return new ProcessUse(ticks / TicksInSecond);
    }

    /// <summary>Proportional set size of the tree in MiB: pages that several processes share (Postgres' buffers) are counted once.</summary>
    public static double MemoryOf(int root) => Tree(root).Sum(ProportionalKilobytes) / 1024.0;

    private static List<int> Tree(int root)
    {
        var children = new Dictionary<int, List<int>>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out var pid) && Stat(pid) is { } fields)
            {
                var parent = int.Parse(fields[Parent], CultureInfo.InvariantCulture);
                (children.TryGetValue(parent, out var list) ? list : children[parent] = []).Add(pid);
            }
        }

        var tree = new List<int> { root };
        for (var i = 0; i < tree.Count; i++)
            tree.AddRange(children.GetValueOrDefault(tree[i], []));
        return tree;
    }

    private static string[]? Stat(int pid)
    {
        try
        {
            var line = File.ReadAllText($"/proc/{pid}/stat");
            return line[(line.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile.
            return null;
        }
    }

    private static long ProportionalKilobytes(int pid)
    {
        try
        {
            var line = File.ReadLines($"/proc/{pid}/smaps_rollup").FirstOrDefault(l => l.StartsWith("Pss:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
