# The key room, with its verbs (--help). Build context: the repository.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet restore src/SigningAuthority.Signer --locked-mode \
 && dotnet publish src/SigningAuthority.Signer --configuration Release --no-restore --output /published

FROM mcr.microsoft.com/dotnet/aspnet:10.0
# SoftHSM stands for the hardware: for a real token add its module here and name it in Keys__Pkcs11__Module.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends curl libengine-pkcs11-openssl opensc postgresql-client softhsm2 \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /published /opt/signing-authority
COPY ca-config /etc/signing-authority/ca-config
COPY deploy/docker/signer-entrypoint.sh /usr/local/bin/signer-entrypoint
# The user has a name: the log says who ran a command. A named volume takes over the owner of the folder it is mounted on.
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin signing-authority \
 && install -d -o 10001 -g 10001 -m 700 /var/lib/signing-authority /var/lib/signing-authority/token \
      /var/lib/signing-authority/log /var/lib/signing-authority/tls /var/lib/signing-authority/transcripts
ENV CaConfig__Folder=/etc/signing-authority/ca-config \
    SOFTHSM2_CONF=/var/lib/signing-authority/token/softhsm2.conf \
    Keys__Store=pkcs11 \
    Keys__Pkcs11__Module=/usr/lib/softhsm/libsofthsm2.so \
    Keys__Pkcs11__PinFile=/run/secrets/pin
WORKDIR /opt/signing-authority
USER 10001:10001
ENTRYPOINT ["/usr/local/bin/signer-entrypoint"]
CMD ["run"]
