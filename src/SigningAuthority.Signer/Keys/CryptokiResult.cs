namespace SigningAuthority.Signer.Keys;

/// <summary>Return values of PKCS#11 functions (CKR_…, PKCS #11 v2.40 §5.1): their names and what they mean to us.</summary>
internal static class CryptokiResult
{
    public const nuint Ok = 0x00;
    public const nuint UserAlreadyLoggedIn = 0x100;
    public const nuint NotInitialized = 0x190;
    public const nuint AlreadyInitialized = 0x191;

    private static readonly Dictionary<nuint, string> Names = new()
    {
        [0x02] = "CKR_HOST_MEMORY",
        [0x03] = "CKR_SLOT_ID_INVALID",
        [0x05] = "CKR_GENERAL_ERROR",
        [0x06] = "CKR_FUNCTION_FAILED",
        [0x30] = "CKR_DEVICE_ERROR",
        [0x31] = "CKR_DEVICE_MEMORY",
        [0x32] = "CKR_DEVICE_REMOVED",
        [0x60] = "CKR_KEY_HANDLE_INVALID",
        [0x63] = "CKR_KEY_TYPE_INCONSISTENT",
        [0x68] = "CKR_KEY_FUNCTION_NOT_PERMITTED",
        [0x70] = "CKR_MECHANISM_INVALID",
        [0x82] = "CKR_OBJECT_HANDLE_INVALID",
        [0xA0] = "CKR_PIN_INCORRECT",
        [0xA1] = "CKR_PIN_INVALID",
        [0xA2] = "CKR_PIN_LEN_RANGE",
        [0xA3] = "CKR_PIN_EXPIRED",
        [0xA4] = "CKR_PIN_LOCKED",
        [0xB0] = "CKR_SESSION_CLOSED",
        [0xB1] = "CKR_SESSION_COUNT",
        [0xB3] = "CKR_SESSION_HANDLE_INVALID",
        [0xE0] = "CKR_TOKEN_NOT_PRESENT",
        [0xE1] = "CKR_TOKEN_NOT_RECOGNIZED",
        [0x100] = "CKR_USER_ALREADY_LOGGED_IN",
        [0x101] = "CKR_USER_NOT_LOGGED_IN",
        [0x102] = "CKR_USER_PIN_NOT_INITIALIZED",
        [0x190] = "CKR_CRYPTOKI_NOT_INITIALIZED",
    };

    // Waiting can't mend these: the key or the PIN is the wrong one. Whatever else goes wrong, the token may come back from.
    private static readonly HashSet<nuint> Permanent = [0x63, 0x68, 0x70, 0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0x102];

    public static bool IsTransient(nuint result) => !Permanent.Contains(result);

    public static string Name(nuint result) => Names.TryGetValue(result, out var name) ? name : $"CKR 0x{result:X8}";
}
