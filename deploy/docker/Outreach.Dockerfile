# Calls other people's servers. Build context: the repository.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet restore src/SigningAuthority.Outreach --locked-mode \
 && dotnet publish src/SigningAuthority.Outreach --configuration Release --no-restore --output /published

FROM mcr.microsoft.com/dotnet/aspnet:10.0
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates curl \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /published /opt/signing-authority
COPY ca-config /etc/signing-authority/ca-config
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin signing-authority
ENV CaConfig__Folder=/etc/signing-authority/ca-config
WORKDIR /opt/signing-authority
USER 10001:10001
ENTRYPOINT ["/opt/signing-authority/SigningAuthority.Outreach"]
CMD ["run"]
