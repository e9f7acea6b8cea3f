# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every GraphQL document sent to Shopify, for API version 2026-10.

Money is read in the shop's and in the shopper's currency, whose names are in the order's head. A
test validates each document against the official schema and holds its cost below the limit of one
query.
"""

import functools

_MONEY = "fragment Money on MoneyBag { shopMoney { amount } presentmentMoney { amount } }"

_TAX = "fragment Tax on TaxLine { title rate channelLiable priceSet { ...Money } }"

_ALLOCATION = """
fragment Allocation on DiscountAllocation {
  allocatedAmountSet { ...Money }
  discountApplication {
    index
    ... on AutomaticDiscountApplication { title }
    ... on DiscountCodeApplication { code }
    ... on ManualDiscountApplication { title }
    ... on ScriptDiscountApplication { title }
  }
}
"""

_ADDRESS = """
fragment Address on MailingAddress {
  name company address1 address2 city zip provinceCode countryCodeV2 phone
}
"""

_LINE = """
fragment Line on LineItem {
  id name sku quantity currentQuantity unfulfilledQuantity nonFulfillableQuantity
  requiresShipping taxable isGiftCard
  product { id }
  variant { id }
  lineItemGroup { title }
  customAttributes { key value }
  originalUnitPriceSet { ...Money }
  priceAfterAllDiscountsBeforeTaxesSet { ...Money }
  discountAllocations { ...Allocation }
  taxLines { ...Tax }
  duties { id price { ...Money } taxLines { ...Tax } }
}
"""

_SHIPPING = """
fragment Shipping on ShippingLine {
  id title code carrierIdentifier isRemoved
  originalPriceSet { ...Money }
  discountedPriceSet { ...Money }
  currentDiscountedPriceSet { ...Money }
  discountAllocations { ...Allocation }
  taxLines { ...Tax }
}
"""

_BUYER = """
fragment Buyer on Order {
  email phone customerLocale taxExempt
  billingAddress { ...Address }
  shippingAddress { ...Address }
  customer {
    id firstName lastName locale taxExempt
    defaultEmailAddress { emailAddress }
    defaultPhoneNumber { phoneNumber }
  }
  purchasingEntity {
    ... on PurchasingCompany {
      company { id name }
      contact { id }
      location { id name taxSettings { taxRegistrationId taxExempt } }
    }
  }
}
"""

_TRANSACTION = """
fragment Transaction on OrderTransaction {
  id kind status gateway paymentId processedAt
  amountSet { ...Money }
  amountRoundingSet { ...Money }
  parentTransaction { id }
  fees { amount { amount currencyCode } taxAmount { amount currencyCode } }
}
"""

# An edit that removes units makes a refund too, one without money.
_REFUND = """
fragment Refunded on Refund {
  totalRefundedSet { ...Money }
  transactions(first: 1) { nodes { id } }
  refundLineItems(first: 50) {
    nodes { quantity restockType lineItem { id } subtotalSet { ...Money } totalTaxSet { ...Money } }
  }
  refundShippingLines(first: 10) {
    nodes { shippingLine { id } subtotalAmountSet { ...Money } taxAmountSet { ...Money } }
  }
}
"""

_ORDER = """
fragment OrderHead on Order {
  id name poNumber processedAt updatedAt cancelledAt cancelReason
  displayFinancialStatus displayFulfillmentStatus edited test
  currencyCode presentmentCurrencyCode taxesIncluded dutiesIncluded
  note tags sourceName paymentGatewayNames
  app { name }
  retailLocation { id address { countryCode } }
  risk { recommendation assessments { riskLevel } }
  customAttributes { key value }
  totalPriceSet { ...Money }
  totalTaxSet { ...Money }
  currentTotalPriceSet { ...Money }
  currentTotalTaxSet { ...Money }
  totalTipReceivedSet { ...Money }
  totalRefundedSet { ...Money }
  totalCashRoundingAdjustment { paymentSet { ...Money } refundSet { ...Money } }
  transactions(first: 250) { ...Transaction }
  refunds(first: 50) { ...Refunded }
  additionalFees { id name price { ...Money } taxLines { ...Tax } }
}
"""

# The first lines of many orders by id; a null row for an order that is gone.
ORDERS = (
    """
query Orders($ids: [ID!]!, $lines: Int!) {
  nodes(ids: $ids) {
    ... on Order {
      ...OrderHead
      ...Buyer
      shippingLines(first: 20, includeRemovals: true) {
        nodes { ...Shipping }
        pageInfo { hasNextPage endCursor }
      }
      lineItems(first: $lines) { nodes { ...Line } pageInfo { hasNextPage endCursor } }
    }
  }
}
"""
    + _ORDER
    + _TRANSACTION
    + _REFUND
    + _BUYER
    + _ADDRESS
    + _LINE
    + _SHIPPING
    + _ALLOCATION
    + _TAX
    + _MONEY
)

# Further lines of one order. `updatedAt` tells whether the order changed between two pages.
ORDER_LINES = (
    """
query OrderLines($id: ID!, $lines: Int!, $after: String!) {
  order(id: $id) {
    updatedAt
    lineItems(first: $lines, after: $after) {
      nodes { ...Line }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""
    + _LINE
    + _ALLOCATION
    + _TAX
    + _MONEY
)

# Customers by id; a null row for one that is gone.
CUSTOMERS = (
    """
query Customers($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on Customer {
      id firstName lastName locale taxExempt updatedAt
      defaultEmailAddress { emailAddress }
      defaultPhoneNumber { phoneNumber }
      defaultAddress { ...Address }
    }
  }
}
"""
    + _ADDRESS
)

# Further shipping lines of one order: one for each delivery of an order that is split.
ORDER_SHIPPING = (
    """
query OrderShipping($id: ID!, $lines: Int!, $after: String!) {
  order(id: $id) {
    updatedAt
    shippingLines(first: $lines, after: $after, includeRemovals: true) {
      nodes { ...Shipping }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""
    + _SHIPPING
    + _ALLOCATION
    + _TAX
    + _MONEY
)

_SUMMARY = (
    """
fragment Summary on Order {
  id name number processedAt updatedAt cancelledAt displayFinancialStatus edited test currencyCode
  tags sourceName
  app { name }
  totalPriceSet { ...Money }
  currentTotalPriceSet { ...Money }
  totalCashRoundingAdjustment { paymentSet { ...Money } }
  customer { firstName lastName }
  billingAddress { name }
  shippingAddress { name }
}
"""
    + _MONEY
)

# Which orders there are, by the time they were placed; the search for it counts whole seconds.
ORDER_LIST = (
    """
query OrderList($first: Int!, $after: String, $search: String) {
  orders(first: $first, after: $after, query: $search, sortKey: PROCESSED_AT) {
    nodes { ...Summary }
    pageInfo { hasNextPage endCursor }
  }
}
"""
    + _SUMMARY
)

SHOP = """
query Shop {
  shop {
    id name myshopifyDomain currencyCode ianaTimezone taxesIncluded taxShipping
    plan { publicDisplayName }
  }
  currentAppInstallation { accessScopes { handle } }
}
"""

# Only a try tells whether the app may read who ordered: a refusal is an error of the whole answer.
CUSTOMER_DATA = """
query CustomerData {
  orders(first: 1) { nodes { id email shippingAddress { name } customer { id firstName } } }
}
"""

COMPANIES = "query Companies { companiesCount(limit: 1) { count } }"

APP_UNINSTALL = """
mutation AppUninstall { appUninstall { userErrors { code field message } } }
"""

# Which orders changed. `updatedAt` and the search for it count whole seconds.
CHANGES = """
query Changes($first: Int!, $after: String, $search: String!) {
  orders(first: $first, after: $after, query: $search, sortKey: UPDATED_AT) {
    nodes { id updatedAt }
    pageInfo { hasNextPage endCursor }
  }
}
"""

LOCATIONS = """
query Locations($first: Int!, $after: String) {
  locations(first: $first, after: $after, includeInactive: true, includeLegacy: true) {
    nodes { id name isActive }
    pageInfo { hasNextPage endCursor }
  }
}
"""

WEBHOOKS = """
query Webhooks($first: Int!, $after: String) {
  webhookSubscriptions(first: $first, after: $after) {
    nodes { id topic uri }
    pageInfo { hasNextPage endCursor }
  }
}
"""

WEBHOOK_CREATE = """
mutation WebhookCreate($topic: WebhookSubscriptionTopic!, $input: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $input) {
    webhookSubscription { id topic uri }
    userErrors { field message }
  }
}
"""

WEBHOOK_DELETE = """
mutation WebhookDelete($id: ID!) {
  webhookSubscriptionDelete(id: $id) { userErrors { field message } }
}
"""

_VARIANT = """
fragment Variant on ProductVariant {
  id sku barcode title
  product { id title }
  inventoryItem { id tracked }
  marker: metafield(namespace: $namespace, key: $key) { value }
}
"""

# `sortKey: ID` with the search `id:>N` reads on for ever; `after` ends at 25,000 objects
# (https://shopify.dev/docs/api/usage/limits).
VARIANTS = (
    """
query Variants(
  $first: Int!, $after: String, $search: String, $namespace: String!, $key: String!
) {
  productVariants(first: $first, after: $after, query: $search, sortKey: ID) {
    nodes { ...Variant }
    pageInfo { hasNextPage endCursor }
  }
}
"""
    + _VARIANT
)

MARKERS_PREPARE = """
mutation MarkersPrepare($definition: MetafieldDefinitionInput!) {
  metafieldDefinitionCreate(definition: $definition) { userErrors { code field message } }
}
"""

MARKERS_SET = """
mutation MarkersSet($metafields: [MetafieldsSetInput!]!) {
  metafieldsSet(metafields: $metafields) { userErrors { code field message } }
}
"""

MARKERS_DELETE = """
mutation MarkersDelete($metafields: [MetafieldIdentifierInput!]!) {
  metafieldsDelete(metafields: $metafields) { userErrors { field message } }
}
"""

STOCK_SET = """
mutation StockSet($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    userErrors { code field message }
  }
}
"""


@functools.cache
def variants_by_marker(count: int) -> str:
    """Return the document that looks up ``count`` variants by markers ``$m0``, ``$m1``, ….

    The list of variants can't be searched by metafield: each marker is a lookup of its own."""
    names = [f"m{index}" for index in range(count)]
    declared = "".join(f", ${name}: ProductVariantIdentifierInput!" for name in names)
    lookups = "\n".join(
        f"  {name}: productVariantByIdentifier(identifier: ${name}) {{ ...Variant }}"
        for name in names
    )
    return (
        f"query VariantsByMarker($namespace: String!, $key: String!{declared}) {{\n{lookups}\n}}"
        + _VARIANT
    )


@functools.cache
def stock(count: int) -> str:
    """Return the document that reads items at ``count`` locations ``$l0``, ``$l1``, ….

    By the items' ids: a list of levels can't be read beyond its first 25,000."""
    names = [f"l{index}" for index in range(count)]
    declared = "".join(f", ${name}: ID!" for name in names)
    levels = "\n".join(
        f"      {name}: inventoryLevel(locationId: ${name})"
        ' { quantities(names: ["available"]) { quantity } }'
        for name in names
    )
    return (
        f"query Stock($ids: [ID!]!{declared}) {{\n  nodes(ids: $ids) {{\n"
        f"    ... on InventoryItem {{\n      id\n{levels}\n    }}\n  }}\n}}"
    )
