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
ENV CaConfig__Folder=/etc/signing-authority/ca-config
WORKDIR /opt/signing-authority
USER 10001:10001
ENTRYPOINT ["/opt/signing-authority/SigningAuthority.Api"]
