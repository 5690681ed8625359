using System.Runtime.InteropServices;

namespace SigningAuthority.IntegrationTests.Fixtures;

/// <summary>Sets a variable for native libraries in this process as well as for .NET and the processes it starts.</summary>
internal static class NativeEnvironment
{
    public static void Set(string name, string value)
    {
        Environment.SetEnvironmentVariable(name, value);
        if (setenv(name, value, 1) != 0)
            throw new InvalidOperationException($"setenv {name} failed.");
    }

    [DllImport("libc")]
    private static extern int setenv(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string value,
        int overwrite
    );
}
