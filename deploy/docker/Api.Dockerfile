# The front door. Build context: the repository.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet restore src/SigningAuthority.Api --locked-mode \
 && dotnet publish src/SigningAuthority.Api --configuration Release --no-restore --output /published

FROM mcr.microsoft.com/dotnet/aspnet:10.0
RUN apt-get update \
 && apt-get install --yes --no-install-recommends curl \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /published /opt/signing-authority
COPY ca-config /etc/signing-authority/ca-config
# A named volume takes over the owner of the folder it is mounted on; the Signer's image has the same user.
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin signing-authority \
 && install -d -o 10001 -g 10001 -m 700 /var/lib/signing-authority /var/lib/signing-authority/tls /var/cache/signing-authority
ENV CaConfig__Folder=/etc/signing-authority/ca-config
WORKDIR /opt/signing-authority
USER 10001:10001
ENTRYPOINT ["/opt/signing-authority/SigningAuthority.Api"]
