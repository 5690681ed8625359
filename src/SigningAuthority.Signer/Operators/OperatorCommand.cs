using System.CommandLine;
using Microsoft.Extensions.Configuration;
using SigningAuthority.Signer.Operators.Orders;
using SigningAuthority.Signer.Operators.Revocations;

namespace SigningAuthority.Signer.Operators;

/// <summary>The verb `operator`: tenants, names, tokens, officers, stations, the front door's certificate, failed requests.</summary>
internal static class OperatorCommand
{
    public static Command Create(IConfiguration settings) =>
        new(
            "operator",
            """
            Registers providers and their names, makes tokens, enrols stations, retries failed requests. Every act is in the log.
            Database__Connection is that of role sa_operator; the actor in the log is operator/<login>, or SA_OPERATOR_NAME.
            """
        )
        {
            ProviderCommands.CreateProvider(settings),
            ProviderCommands.CreateName(settings),
            TokenCommands.Create(settings),
            OfficerCommands.Create(settings),
            ApprovalCommands.Create(settings),
            StationCommands.Create(settings),
            OrderCommands.Create(settings),
            KeyCommands.Create(settings),
            ServiceTlsCommand.Create(settings),
            TestDeviceCommand.Create(settings),
            ShowRootCommand.Create(settings),
            RequestCommands.Create(settings),
            ResignCommand.Create(settings),
            LimitCommands.Create(settings),
            RevocationCommands.Create(settings),
            RevocationListCommands.Create(settings),
            NoticeCommands.Create(settings),
        };
}
