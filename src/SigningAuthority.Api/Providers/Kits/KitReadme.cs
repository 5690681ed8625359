namespace SigningAuthority.Api.Providers.Kits;

/// <summary>The kit's README: where the key goes, and the three commands that check it. They are run in tests as they stand.</summary>
internal static class KitReadme
{
    public static string Write(IReadOnlyList<KitServer> certified, IReadOnlyList<KitServer> configured, Uri? lists)
    {
        var first = configured[0];
        return $$"""
            Provisioning server {{first.Name}}
            {{new string('=', "Provisioning server ".Length + first.Name.Value.Length)}}

            Put your private key beside this file, as provserver.key: the key that made the CSR. It is not in here, and it never
            was ours. Keep it readable by root alone:   chmod 600 provserver.key
            Put the phones' files into www/, named by MAC address: www/000E08ABCDEF.cfg
            {{Revocation(lists)}}
            Three commands check the kit, in this folder:

            1. The key fits the certificate:

               [ "$(openssl x509 -in {{first.CertificateFile}} -noout -pubkey)" = "$(openssl pkey -in provserver.key -pubout)" ] && echo the key fits

            2. The configuration is right, and the server starts (one of the two):

               nginx -p "$PWD" -c nginx.conf -t && nginx -p "$PWD" -c nginx.conf
               apache2 -d "$PWD" -f apache.conf -t && apache2 -d "$PWD" -f apache.conf -k start

            3. A phone gets its own file, with the certificate and key of a device:

               signctl phone 'https://{{first.Name}}:{{first.Listen.Port}}/$MAU.cfg' --root server-roots/{{first.Generation}}.pem --cert device.crt --key device.key

               What each family of phones says of the server:   signctl check-server https://{{first.Name}}:{{first.Listen.Port}} --device SPA962

               Without signctl:
               curl --cacert server-roots/{{first.Generation}}.pem --cert device.crt --key device.key https://{{first.Name}}:{{first.Listen.Port}}/MAC.cfg

            How phones reach it
            -------------------
            {{Listening(configured)}}
            A phone looks up the A record of {{first.Name}} and compares it with the address it is connected to: no NAT, anycast or split
            DNS between the two. It accepts a chain of exactly one link to its own root: send the certificate alone, no root behind it
            (the .p7b files hold both, for software that asks for a chain).
            {{NotServed(certified, configured)}}
            Files
            -----
            provserver-GENERATION.crt   your certificates, PEM; .p7b with the root of the generation
            provserver-GENERATION.tlog-proof
                                        the proof that the certificate's issuance stands in the authority's log, which nobody can change
                                        unseen; log.pub is the key that it is verified with, without any network:
                                        signctl log check-receipt {{first.CertificateFile}} {{KitEvidence.ReceiptFile(
                first.Generation
            )}} --key log.pub
            client-bundle.pem           the roots that devices' certificates chain to, those to come included; client-bundle.p7b in DER
            client-roots/               the same one by one, PEM and DER; spacroot.crt is the one in use
            server-roots/               what the phones of each generation trust
            nginx.conf, apache.conf     everything is below this folder; sites of your own may include the parts
            www/, run/                  the phones' files; logs and process ids{{(
                lists is null ? "" : "\nfetch-crl.sh                keeps client-crl.pem, the lists of devices that were revoked"
            )}}

            Both configurations ask for the device's certificate, and hand out /MAC.cfg and /MAC.xml only to the device whose certificate
            has that MAC address in its subject. They go by the subject, never by the issuer, and never by what a request says of itself.
            If another web server stands in front, this comparison belongs there.

            """;
    }

    private static string Revocation(Uri? lists) =>
        lists is null
            ? ""
            : $"""

                Get the lists of devices that were revoked, before the first start and then each minute (cron), so that a stolen phone is
                turned away; behind client-crl.pem write what makes your server read it: nginx -p "$PWD" -c nginx.conf -s reload

                   sh fetch-crl.sh {lists} client-bundle.pem client-crl.pem

                """;

    private static string Listening(IReadOnlyList<KitServer> configured) =>
        configured.Count == 1
            ? $"The server listens on {configured[0].Listen} with the certificate of generation {configured[0].Generation}.\n"
            : "Phones of different generations need different certificates under the one name, so each generation has a port of its own;\n"
                + "put the port into the profile rule of those phones (https://"
                + configured[0].Name
                + ":PORT/$MAU.cfg):\n\n"
                + string.Concat(configured.Select(server => $"   {server.Listen, -24} generation {server.Generation}\n"))
                + "\nWith an address for each instead, ask for the kit with listen=ADDR:PORT once for each generation.\n";

    private static string NotServed(IReadOnlyList<KitServer> certified, IReadOnlyList<KitServer> configured)
    {
        var others = certified.Select(server => server.Generation).Except(configured.Select(server => server.Generation)).ToList();
        return others.Count == 0
            ? ""
            : $"\nThe configurations serve generation {string.Join(", ", configured.Select(server => server.Generation))} alone; certificates of {string.Join(", ", others)} are here, too.\n";
    }
}
