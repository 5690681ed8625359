// PKI.js judges a certificate under one root, by a CRL, by an OCSP response, by both or by neither. Files are DER or PEM.
//   node judge.mjs --root FILE --leaf FILE [--through FILE] [--purpose OID] [--crl FILE]... [--ocsp FILE]... [--later SECONDS]
// Status 0: accepted. 1: refused; stderr says why.
// PKI.js verifies a response's signature and that the responder's certificate chains to the root; that the responder may answer
// (id-kp-OCSPSigning, RFC 6960 §4.2.2.2), that the response is of today (§4.2.2.1) and what a certificate is for (RFC 5280 §4.2.1.12) it
// leaves to its caller: that is done here.
import { readFileSync } from "node:fs";
import { webcrypto } from "node:crypto";
import { parseArgs } from "node:util";
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";

pkijs.setEngine("node", new pkijs.CryptoEngine({ name: "node", crypto: webcrypto }));

const extendedKeyUsage = "2.5.29.37";
const ocspSigning = "1.3.6.1.5.5.7.3.9";

class Refusal extends Error {}

const octetsOf = (file) => {
  const raw = readFileSync(file);
  const text = raw.toString("latin1");
  if (!text.includes("-----BEGIN ")) return raw;
  return Buffer.from(text.replace(/[^]*-----BEGIN [^-]+-----([^-]+)-----END[^]*/, "$1"), "base64");
};

const decode = (file, type) => {
  const octets = octetsOf(file);
  const { offset, result } = asn1js.fromBER(octets.buffer.slice(octets.byteOffset, octets.byteOffset + octets.length));
  if (offset !== octets.length) throw new Refusal(`${file}: not DER from first to last octet`);
  return new type({ schema: result });
};

const isFor = (certificate, purpose) => {
  const usage = certificate.extensions?.find((extension) => extension.extnID === extendedKeyUsage);
  return usage?.parsedValue?.keyPurposes?.includes(purpose) ?? false;
};

const basicResponse = async (file, root, now) => {
  const response = decode(file, pkijs.OCSPResponse);
  const status = response.responseStatus.valueBlock.valueDec;
  if (status !== 0) throw new Refusal(`the responder answers with status ${status}`);
  const basic = new pkijs.BasicOCSPResponse({
    schema: asn1js.fromBER(response.responseBytes.response.valueBlock.valueHex).result,
  });
  if (!(await basic.verify({ trustedCerts: [root] }))) throw new Refusal("the response's signature is wrong");
  for (const responder of basic.certs ?? []) {
    if (!isFor(responder, ocspSigning)) throw new Refusal("the responder's certificate is not for OCSP");
  }
  for (const single of basic.tbsResponseData.responses) {
    if (single.thisUpdate - now > 60_000) throw new Refusal("the response is not valid yet");
    if (single.nextUpdate && single.nextUpdate < now) throw new Refusal("the response is too old");
  }
  return basic;
};

const judge = async ({ root, leaf, through, purpose, crl, ocsp, later }) => {
  const now = new Date(Date.now() + 1000 * Number(later));
  const trusted = decode(root, pkijs.Certificate);
  const certificate = decode(leaf, pkijs.Certificate);
  const cross = through ? [decode(through, pkijs.Certificate)] : [];
  const crls = crl.map((file) => decode(file, pkijs.CertificateRevocationList));
  const ocsps = await Promise.all(ocsp.map((file) => basicResponse(file, trusted, now)));
  const chain = new pkijs.CertificateChainValidationEngine({
    trustedCerts: [trusted],
    certs: [certificate, ...cross],
    crls,
    ocsps,
    checkDate: now,
  });
  const verdict = await chain.verify({ passedWhenNotRevValues: false });
  if (!verdict.result) throw new Refusal(`${verdict.resultCode}: ${verdict.resultMessage}`);
  if (purpose && !isFor(certificate, purpose)) throw new Refusal("the certificate is not for this purpose");
};

const { values } = parseArgs({
  options: {
    root: { type: "string" },
    leaf: { type: "string" },
    through: { type: "string" },
    purpose: { type: "string" },
    crl: { type: "string", multiple: true, default: [] },
    ocsp: { type: "string", multiple: true, default: [] },
    later: { type: "string", default: "0" },
  },
});

try {
  await judge(values);
  console.log("accepted");
} catch (fault) {
  console.error(fault instanceof Refusal ? fault.message : fault.stack);
  process.exitCode = 1;
}
