//! The lints that need the DNS, several records, or facts that only the domain's owner knows.
//!
//! The Gmail, Yahoo and Microsoft rules are those published for bulk senders in February 2024 and
//! May 2025.

use crate::lint::finding::rules;

rules! {
    VOIDS = error "SPF024" "RFC 7208 section 4.6.4": "more than 2 lookups that bring nothing",
        "remove the terms whose names no longer exist";
    MX_HOSTS = error "SPF025" "RFC 7208 section 4.6.4": "an `mx` whose target has more than 10 mail exchangers",
        "name the networks by `ip4` and `ip6` instead of `mx`";
    INCLUDE_TARGET = error "SPF026" "RFC 7208 section 5.2": "an `include` of a name without an SPF record",
        "remove the include, or correct its name";
    REDIRECT_TARGET = error "SPF027" "RFC 7208 section 6.1": "a `redirect` to a name without an SPF record",
        "correct the name, or end the record with `-all`";
    LOOP = error "SPF028" "RFC 7208 section 4.6.4": "an `include` or `redirect` that leads back to itself",
        "remove the term that closes the circle";
    EXPLANATION = warning "SPF038" "RFC 7208 section 6.2": "an `exp` whose target is not one text in ASCII",
        "publish one TXT record in ASCII there, or remove `exp`";
    VOID_TARGET = warning "SPF040" "RFC 7208 section 4.6.4": "an `a` or `mx` whose target has no address",
        "remove the term, or correct its name";
    WILDCARD = warning "SPF041" "RFC 7208 section 3.5": "a wildcard TXT record with an SPF record in it",
        "publish SPF at the names that exist; the wildcard also answers for `_dmarc` and `_domainkey`";
    PARKED_SPF = warning "SPF042" "M3AAWG Protecting Parked Domains BCP section 5": "a parked domain without `v=spf1 -all`",
        "publish `v=spf1 -all`";
    STALE_INCLUDE = warning "SPF043" "RFC 7208 section 10.1.1": "an include of a provider that the domain does not use",
        "remove the include if the provider no longer sends for the domain";
    FREE_DOMAIN = error "SPF044" "RFC 7208 section 11.2": "an include of a domain that is not registered",
        "remove it now: who registers the domain may send in your name";
    MISSING_INCLUDE = warning "SPF045" "RFC 7208 section 10.1.1": "the mail provider's include is missing",
        "add the provider's include before `all`";
    MX_ADDRESSES = warning "SPF048" "RFC 7208 section 4.6.4": "an `mx` host with more than 10 addresses",
        "name the networks by `ip4` and `ip6` instead of `mx`";

    NO_KEY = error "DKM001" "RFC 6376 section 6.1.2": "no key at a selector in use",
        "publish the key, or stop signing with the selector";
    ONLY_ED25519 = warning "DKM013" "RFC 8463 section 6": "no RSA key beside the Ed25519 key",
        "sign with an RSA key as well; not every receiver verifies Ed25519";
    SUBDOMAIN_IDENTITY = error "DKM017" "RFC 6376 section 3.6.1": "`t=s` on a key that signs for a subdomain (`i=`)",
        "remove `t=s`, or sign with an identity in the domain itself";
    DANGLING_ALIAS = error "DKM022" "RFC 6376 section 3.6.2": "a CNAME of a selector that leads to no key",
        "ask the provider for the present target, or remove the CNAME";
    OLD_KEY = warning "DKM023" "M3AAWG DKIM Key Rotation BCP section 3": "a key in use for more than 180 days",
        "publish a key under a new selector and switch to it";
    REUSED_SELECTOR = warning "DKM024" "RFC 6376 section 3.1": "a selector whose key was replaced",
        "publish a new key under a new selector: caches mix the two";
    NOT_ALIGNED = error "DKM032" "RFC 9989 section 4.4": "no signature in the domain of the From field",
        "let the provider sign with `d=` of your own domain";

    NO_DMARC = error "DMC001" "RFC 9989 section 4.10": "no DMARC record, neither here nor above",
        "publish `v=DMARC1; p=none; rua=mailto:` and an address that somebody reads";
    DMARC_AT_APEX = error "DMC005" "RFC 9989 section 4.5": "a DMARC record at the domain itself",
        "move the record to `_dmarc`";
    UNREAD_SP = info "DMC021" "RFC 9989 section 4.10.1": "`sp` below the organizational domain is not read",
        "remove `sp`, or publish it at the organizational domain";
    REPORTS_BOUNCE = error "DMC026" "RFC 9990 section 4": "a report address whose domain takes no mail",
        "name an address in a domain with an MX record";
    REPORTS_REFUSED = error "DMC027" "RFC 9990 section 4": "a report address in another domain that has not agreed",
        "let the owner of the other domain publish the record";
    REPORTS_ELSEWHERE = warning "DMC028" "RFC 9989 section 4.7": "reports go to the provider's own mailbox, not to you",
        "add an address of your own to `rua`";
    REPORTS_FLOOD = info "DMC029" "RFC 9990 section 5": "many reports to an everyday mailbox",
        "let the reports go to a mailbox of their own or to a report service";
    STRICT = error "DMC031" "RFC 9989 section 4.4": "strict alignment while a subdomain signs or bounces",
        "remove `adkim=s` or `aspf=s`, or sign in the domain itself";
    NOT_A_SUFFIX = error "DMC032" "RFC 9989 section 4.7": "`psd=y` on a domain with mail of its own",
        "remove `psd=y`, which is for public suffixes";
    TOO_DEEP = warning "DMC033" "RFC 9989 section 4.10": "a name too deep for the tree walk, without its own record",
        "publish a record at this name";
    BROKEN_SPF = error "DMC034" "RFC 9989 section 4.3": "an enforced policy where neither SPF nor DKIM proves any mail",
        "name in SPF who sends, and sign with DKIM: until then your own mail is refused";
    REJECT_LISTS = warning "DMC035" "RFC 9989 section 7.4": "`p=reject` on a domain whose users write to mailing lists",
        "use `p=quarantine` for people, and a domain of its own for transactions";
    ONLY_SPF = warning "DMC036" "RFC 9989 section 5.1": "an enforced policy without DKIM",
        "sign with DKIM: forwarded mail loses SPF";

    STS_HALF = error "STS001" "RFC 8461 section 3.1": "half of MTA-STS: a record without a policy host, or the reverse",
        "publish both, or remove both";
    STS_FETCH = error "STS004" "RFC 8461 section 3.3": "a policy that senders cannot fetch",
        "serve it with status 200, without redirect, under a certificate for the policy host";
    STS_TYPE = warning "STS005" "RFC 8461 section 3.2": "a policy that is not `text/plain`",
        "serve it as `text/plain`";
    STS_MX = error "STS009" "RFC 8461 section 4.1": "a mail exchanger that the policy does not name",
        "add the host to the policy, then change the `id`";
    STS_STAGE = warning "STS011" "RFC 8461 section 5": "`testing` for long, or `enforce` without TLS reports",
        "read the TLS reports, then enforce";
    STS_ID = error "STS012" "RFC 8461 section 3.1": "a policy that changed while its `id` did not",
        "publish a new `id`; senders keep the old policy until they see one";
    TLS_PLACE = error "TLS004" "RFC 8460 section 3": "a TLS-RPT record in the wrong place",
        "move the record to `_smtp._tls`";

    LOGO_POLICY = error "BMI002" "draft-brand-indicators-for-message-identification section 7.1": "a logo without an enforced DMARC policy",
        "enforce `quarantine` or `reject`, for subdomains too, without `pct` or `t=y`";
    LOGO_IMAGE = error "BMI003" "draft-svg-tiny-ps-abrotman section 2": "a logo that is not a safe SVG Tiny PS file",
        "export the logo as SVG Tiny PS, at most 32 KB, with a title and without scripts or links";
    LOGO_CERTIFICATE = error "BMI004" "draft-fetch-validation-vmc-wchuang section 5": "a logo without a mark certificate, or with one that does not prove it",
        "get a mark certificate (VMC or CMC) for this domain and this logo; Gmail and Apple show no logo without one";

    TLSA_UNSIGNED = error "DAN001" "RFC 7672 section 2.1": "TLSA records in a zone without DNSSEC",
        "sign the zone of the mail host, or remove the records";
    TLSA_MISMATCH = error "DAN003" "RFC 7672 section 3": "no TLSA record matches the certificate",
        "publish the digest of the key in use: senders with DANE do not deliver";
    TLSA_SINGLE = warning "DAN004" "RFC 7671 section 8.1": "one TLSA record alone: the next key cannot be announced",
        "publish a second record, for the next key or for the issuer";
    TLSA_SOME = warning "DAN005" "RFC 7672 section 2.2": "TLSA records on some mail hosts only",
        "publish TLSA for every mail host; an attacker picks the one without";
    TLSA_RENEWAL = warning "DAN006" "RFC 7671 section 8.1": "`3 1 1` on a host whose certificate renews with a new key",
        "keep the key at renewal, or publish the next digest before";

    NO_MX = error "MXR001" "RFC 5321 section 5.1; RFC 7505 section 3": "no MX record, or a null MX beside others",
        "publish the hosts that take mail, or the null MX `0 .` alone";
    MX_ALIAS = error "MXR002" "RFC 2181 section 10.3": "a mail exchanger that is an alias or an address",
        "name the host that has the address";
    MX_VOID = error "MXR003" "RFC 5321 section 5.1": "a mail exchanger without an address",
        "remove the host, or give it an address";
    MX_TWICE = warning "MXR004" "RFC 5321 section 5.1": "a mail exchanger that stands twice",
        "keep one of the two";
    PARKED_MX = warning "MXR005" "RFC 7505 section 3": "mail exchangers on a parked domain",
        "publish the null MX `0 .`";
    MX_IPV4 = info "MXR006" "RFC 5321 section 5.2": "no mail exchanger has an IPv6 address",
        "give one host an AAAA record";
    MX_CERTIFICATE = error "MXR007" "RFC 8461 section 4.2": "a mail exchanger whose certificate has ended, or ends within two weeks",
        "renew it: senders under an enforced MTA-STS policy do not deliver to a host without a valid one";

    NO_PTR = error "PTR001" "RFC 1912 section 2.1": "a sending address without a name",
        "let the owner of the address publish a PTR record";
    PTR_ONE_WAY = error "PTR002" "RFC 1912 section 2.1": "a name of a sending address that does not lead back",
        "publish an address record for the name of the PTR record";
    PTR_GENERIC = warning "PTR003" "M3AAWG Sender BCP section 4": "a sending address with a generic name, or another than HELO",
        "name the host after the mail service, the same in PTR and HELO";
    HELO_SPF = warning "PTR004" "RFC 7208 section 2.3": "a HELO name without SPF",
        "publish `v=spf1 a -all` at the HELO name";

    DNSSEC = error "DNS001" "RFC 4035 section 5": "a zone without DNSSEC, or with one that is broken",
        "sign the zone, and let the registrar publish the DS record of the key in use";
    TTL = info "DNS002" "RFC 1912 section 2.2": "a TTL under 5 minutes, or over a day before a change",
        "use an hour or a day; lower it before a change only";
    UNDERSCORE = error "DNS003" "RFC 8552 section 1.1": "a record whose name lost its underscore or holds the zone twice",
        "publish it under the right name; a panel that refuses underscores takes the zone as a file";
    APEX_ALIAS = error "DNS004" "RFC 1034 section 3.6.2": "a CNAME at the top of a zone",
        "use address records, or an alias type of the DNS provider";

    BOUNCE_DOMAIN = warning "XRF001" "RFC 9989 section 4.4": "SPF passes for a return path in another domain",
        "let the provider use a bounce domain under yours";
    PROVIDER_SIGNATURE = warning "XRF002" "RFC 9989 section 4.4": "DKIM signs for the provider's domain only",
        "set up DKIM for your own domain at the provider";
    BULK_BASICS = error "XRF003" "Gmail, Yahoo and Microsoft bulk sender rules": "a bulk sender without SPF, DKIM and DMARC that align",
        "publish what is missing: such mail is refused (550 5.7.515, 550 5.7.26)";
    ONE_CLICK = error "XRF004" "RFC 8058 section 4": "marketing mail without a signed one-click unsubscribe",
        "add List-Unsubscribe with an https address and List-Unsubscribe-Post, and sign both";
    NOT_5322 = error "XRF005" "RFC 5322 section 3.6": "a message whose header breaks the standard",
        "send each of From, Date and Message-ID once, and From in your own domain";
    COMPLAINTS = error "XRF006" "Gmail and Yahoo bulk sender rules": "a spam rate of 0.10 % or more; from 0.30 % mail is refused",
        "stop the campaigns that are complained about; below 0.30 % for 7 days restores delivery";
    NO_TLS = error "XRF007" "Gmail bulk sender rules": "mail sent without TLS",
        "let the mail server use STARTTLS";
}
