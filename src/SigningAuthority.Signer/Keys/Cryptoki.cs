using System.Runtime.InteropServices;
using System.Text;
using SigningAuthority.Issuance.Keys;

namespace SigningAuthority.Signer.Keys;

/// <summary>
/// The few PKCS#11 functions that OpenSSL's engine has no words for: is the token there, does it take the PIN, does it
/// hold this key, forget everything and begin again. Signing is OpenSSL's (<see cref="Pkcs11Module"/>).
/// </summary>
/// <remarks>Layouts are those of PKCS #11 v2.40 §3 on Unix, where structures are not packed and CK_ULONG is a machine word.</remarks>
internal sealed class Cryptoki
{
    private const nuint OsLockingOk = 0x02;
    private const nuint SerialSession = 0x04;
    private const nuint NormalUser = 1;
    private const nuint TokenInitialized = 0x400;
    private const nuint AttributeClass = 0x00;
    private const nuint AttributeLabel = 0x03;
    private const int TokenInfoSize = 208;
    private const int LabelSize = 32;

    private readonly Initialize _initialize;
    private readonly Finalize _finalize;
    private readonly GetSlotList _getSlotList;
    private readonly GetTokenInfo _getTokenInfo;
    private readonly OpenSession _openSession;
    private readonly CloseSession _closeSession;
    private readonly Login _login;
    private readonly FindObjectsInit _findObjectsInit;
    private readonly FindObjects _findObjects;
    private readonly FindObjectsFinal _findObjectsFinal;

    public Cryptoki(string modulePath)
    {
        var library = NativeLibrary.Load(modulePath);
        var getFunctionList = Marshal.GetDelegateForFunctionPointer<GetFunctionList>(NativeLibrary.GetExport(library, "C_GetFunctionList"));
        Check(getFunctionList(out var list), "C_GetFunctionList");

        // CK_FUNCTION_LIST: a two-octet version, then the functions in the order of PKCS #11 v2.40 §6.
        T Function<T>(int index) => Marshal.GetDelegateForFunctionPointer<T>(Marshal.ReadIntPtr(list, (index + 1) * IntPtr.Size));
        _initialize = Function<Initialize>(0);
        _finalize = Function<Finalize>(1);
        _getSlotList = Function<GetSlotList>(4);
        _getTokenInfo = Function<GetTokenInfo>(6);
        _openSession = Function<OpenSession>(12);
        _closeSession = Function<CloseSession>(13);
        _login = Function<Login>(18);
        _findObjectsInit = Function<FindObjectsInit>(26);
        _findObjects = Function<FindObjects>(27);
        _findObjectsFinal = Function<FindObjectsFinal>(28);
    }

    /// <summary>C_Initialize for use by many threads; does nothing when OpenSSL's engine was first.</summary>
    public void Start()
    {
        var arguments = new InitializeArguments { Flags = OsLockingOk };
        var result = _initialize(ref arguments);
        if (result != CryptokiResult.AlreadyInitialized)
            Check(result, "C_Initialize");
    }

    /// <summary>C_Finalize: ends every session of this process. No call may be under way (PKCS #11 v2.40 §5.4).</summary>
    public void Stop()
    {
        var result = _finalize(IntPtr.Zero);
        if (result != CryptokiResult.NotInitialized)
            Check(result, "C_Finalize");
    }

    /// <summary>Finds the slot whose initialised token has this label, or null.</summary>
    public (nuint Slot, string Description)? FindToken(string label)
    {
        nuint count = 0;
        Check(_getSlotList(1, null, ref count), "C_GetSlotList");
        var slots = new nuint[(int)count];
        Check(_getSlotList(1, slots, ref count), "C_GetSlotList");
        foreach (var slot in slots.AsSpan(0, (int)count))
        {
            if (ReadToken(slot) is { } token && token.Label == label)
                return (slot, token.Description);
        }

        return null;
    }

    /// <summary>Whether the slot's token is there now and has this label.</summary>
    public bool IsToken(nuint slot, string label) => ReadToken(slot) is { } token && token.Label == label;

    public nuint Open(nuint slot)
    {
        Check(_openSession(slot, SerialSession, IntPtr.Zero, IntPtr.Zero, out var session), "C_OpenSession");
        return session;
    }

    public void Close(nuint session) => _closeSession(session);

    /// <summary>Logs the process in as the token's user; returns the function's result for the caller to judge.</summary>
    public nuint TryLogin(nuint session, ReadOnlySpan<byte> pin) => _login(session, NormalUser, pin.ToArray(), (nuint)pin.Length);

    /// <summary>Counts the token's objects of a class and label: 0, 1, or 2 for more than one.</summary>
    public int Count(nuint session, nuint objectClass, string label)
    {
        var labelOctets = Encoding.UTF8.GetBytes(label);
        var pins = new[] { GCHandle.Alloc(objectClass, GCHandleType.Pinned), GCHandle.Alloc(labelOctets, GCHandleType.Pinned) };
        try
        {
            TemplateAttribute[] template =
            [
                new()
                {
                    Type = AttributeClass,
                    Value = pins[0].AddrOfPinnedObject(),
                    Length = (nuint)IntPtr.Size,
                },
                new()
                {
                    Type = AttributeLabel,
                    Value = pins[1].AddrOfPinnedObject(),
                    Length = (nuint)labelOctets.Length,
                },
            ];
            Check(_findObjectsInit(session, template, (nuint)template.Length), "C_FindObjectsInit");
            var found = _findObjects(session, new nuint[2], 2, out var count);
            _findObjectsFinal(session);
            Check(found, "C_FindObjects");
            return (int)count;
        }
        finally
        {
            foreach (var pin in pins)
                pin.Free();
        }
    }

    private (string Label, string Description)? ReadToken(nuint slot)
    {
        // CK_TOKEN_INFO: label 32, manufacturer 32, model 16, serial number 16 octets, padded with blanks; then flags.
        var info = new byte[TokenInfoSize];
        if (_getTokenInfo(slot, info) != CryptokiResult.Ok || (BitConverter.ToUInt64(info, 96) & TokenInitialized) == 0)
            return null;

        string Text(int start, int length) => Encoding.UTF8.GetString(info, start, length).Trim();
        return (Text(0, LabelSize), $"{Text(32, 32)}, {Text(64, 16)}, serial {Text(80, 16)}");
    }

    private static void Check(nuint result, string function)
    {
        if (result == CryptokiResult.Ok)
            return;
        var problem = $"The PKCS#11 module answered {CryptokiResult.Name(result)} to {function}.";
        throw new KeyStoreException(problem, CryptokiResult.IsTransient(result));
    }

    /// <summary>Object classes (PKCS #11 v2.40 §4.2).</summary>
    public static class ObjectClass
    {
        public const nuint PublicKey = 2;
        public const nuint PrivateKey = 3;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct InitializeArguments
    {
        public IntPtr CreateMutex,
            DestroyMutex,
            LockMutex,
            UnlockMutex;
        public nuint Flags;
        public IntPtr Reserved;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TemplateAttribute
    {
        public nuint Type;
        public IntPtr Value;
        public nuint Length;
    }

    private delegate nuint GetFunctionList(out IntPtr list);

    private delegate nuint Initialize(ref InitializeArguments arguments);

    private delegate nuint Finalize(IntPtr reserved);

    private delegate nuint GetSlotList(byte tokenPresent, [In, Out] nuint[]? slots, ref nuint count);

    private delegate nuint GetTokenInfo(nuint slot, [In, Out] byte[] info);

    private delegate nuint OpenSession(nuint slot, nuint flags, IntPtr application, IntPtr notify, out nuint session);

    private delegate nuint CloseSession(nuint session);

    private delegate nuint Login(nuint session, nuint userType, byte[] pin, nuint length);

    private delegate nuint FindObjectsInit(nuint session, TemplateAttribute[] template, nuint count);

    private delegate nuint FindObjects(nuint session, [In, Out] nuint[] objects, nuint limit, out nuint count);

    private delegate nuint FindObjectsFinal(nuint session);
}
