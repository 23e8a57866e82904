package io.tola.risk.domain;

import static io.tola.risk.api.Clause.Met.BY_SETTING;
import static io.tola.risk.api.Clause.Met.NO;
import static io.tola.risk.api.Clause.Met.OUTSIDE;
import static io.tola.risk.api.Clause.Met.PARTLY;
import static io.tola.risk.api.Clause.Met.YES;
import static io.tola.risk.api.Clause.Read.SUMMARY;
import static io.tola.risk.api.Clause.Read.TEXT;

import io.tola.risk.api.Clause;
import java.util.ArrayList;
import java.util.List;

/**
 * Which clause asks for what, and what is done about it. The page {@code site/reference/compliance.md}
 * is written from this list, and a test holds that each test named here exists.
 *
 * <p>It is an engineer's reading, no lawyer's. Where only quotations or summaries of a clause could be
 * had it says so.
 */
public final class Clauses {

  private static final String SEBI_2012 = "SEBI 2012";
  private static final String SEBI_2013 = "SEBI 2013";
  private static final String SEBI_2025 = "SEBI 2025";
  private static final String RTS_6 = "RTS 6";
  private static final String SEC = "SEC 15c3-5";

  private static final String OF_2012 =
      "https://blogforca.wordpress.com/2012/04/08/broad-guidelines-on-algorithmic-trading/";
  private static final String ABOUT_2012 = "https://www.taxtmi.com/circulars?id=58393";
  private static final String OF_2013 =
      "http://taxguru.in/sebi/sebi-issues-broad-guidelines-algorithmic-trading-2.html";
  private static final String ABOUT_2025 =
      "https://www.finseclaw.com/article/nse-releases-implementation-standards-for-retail-participation-in-algorithmic-trading";
  private static final String ABOUT_NSE =
      "https://blogs.fintrens.com/nse-circular-summary-safer-participation-of-retail-investors-in-algorithmic-trading-may-2025";
  private static final String ABOUT_KEEPING =
      "https://www.endoviawealth.com/impact-of-sebis-api-guidelines-on-algo-trading";
  private static final String ART_12 =
      "https://nomox.eu/nomox_en/2014l0065-mif2/2017r0589-rts6/2017r0589_en.12";
  private static final String ART_13 = "https://service.betterregulation.com/document/273577";
  private static final String ART_14 =
      "https://www.handbook.fca.org.uk/techstandards/MIFID-MIFIR/2017/reg_del_2017_589_oj/chapter-ii/section-3/018.html";
  private static final String ART_15 = "https://service.betterregulation.com/document/273579";
  private static final String RTS_6_INDEX = "https://lexparency.org/eu/32017R0589/";
  private static final String FINAL_RULE = "http://federal.elaws.us/citation/75-FR-69825";

  private static final List<Clause> ALL = list();

  private Clauses() {}

  /** All, by regulation and clause. */
  public static List<Clause> all() {
    return ALL;
  }

  private static List<Clause> list() {
    List<Clause> all = new ArrayList<>();
    sebi2012(all);
    sebi2013(all);
    sebi2025(all);
    rts6(all);
    sec(all);
    return List.copyOf(all);
  }

  private static void sebi2012(List<Clause> all) {
    all.add(
        new Clause(
            SEBI_2012,
            "4(ii)",
            "Exchanges discourage a high daily order-to-trade ratio and watch for floods of orders",
            YES,
            "Orders, replaces and cancels by trades are counted for each account and day; a warning from"
                + " 50 on and a critical alert from 500 on, NSE's slabs. The charge is the exchange's."
                + " Orders near the last price are not left out, as exchanges do, so it warns earlier",
            List.of(
                "FlowClerkTest#aHighRatioIsToldOfOnceADayAndOnceMoreWhenItIsCritical",
                "OrderToTradeTest#theSlabsBeginAtTheirRatioAndNotBelow",
                "FlowStoreTest#reportsAreCountedByAccountDayAndKind"),
            TEXT,
            OF_2012));
    all.add(
        new Clause(
            SEBI_2012,
            "6, price check",
            "No order outside the exchange's price bands",
            YES,
            "PriceBandControl around the previous close, PriceCollarControl for orders without a price,"
                + " TickSizeControl",
            List.of(
                "ControlsTest#pricesLieWithinTheBandBothEndsIncluded",
                "ControlsTest#aBandThatCanNotBeHeldAgainstAPreviousCloseIsNotPassed",
                "ControlsTest#aMarketOrderStaysWithinTheCollar"),
            SUMMARY,
            ABOUT_2012));
    all.add(
        new Clause(
            SEBI_2012,
            "6, quantity limit check",
            "No order above the largest quantity an order may have",
            YES,
            "QuantityFreezeControl and LotControl",
            List.of("ControlsTest#quantitiesAreWholeLotsUpToTheFreezeQuantity"),
            SUMMARY,
            ABOUT_2012));
    all.add(
        new Clause(
            SEBI_2012,
            "6, order value check",
            "No order above the value the exchange allows",
            YES,
            "OrderValueControl at the order's worst price; 5 crore rupees by default",
            List.of(
                "ControlsTest#anOrdersValueIsLimited",
                "RiskIT#aLowerOrderValueLimitRefusesTheNextOrderAndAHigherOneLetsItPass"),
            SUMMARY,
            ABOUT_2012));
    all.add(
        new Clause(
            SEBI_2012,
            "6, cumulative open order value check",
            "A client's working orders together stay within a limit the broker sets",
            YES,
            "OpenOrderValueControl, by account, under the account's lock",
            List.of(
                "ControlsTest#allWorkingOrdersTogetherAreLimited",
                "RiskIT#tooManyOpenOrdersByValueAreRefused"),
            SUMMARY,
            ABOUT_2012));
    all.add(
        new Clause(
            SEBI_2012,
            "6, automated execution check",
            "An algorithm accounts for what it has sent before it sends more, and stops by itself in a"
                + " loop or runaway",
            PARTLY,
            "LookAlikeControl (when its window is set), OrderRateControl and the limits of position and"
                + " cash refuse what a loop sends. No strategy is switched off by itself",
            List.of(
                "LookAlikeControlTest#anAlikeOrderWithinTheWindowIsRefusedAndNamesTheFirst",
                "ControlsTest#ordersASecondAreCountedUpToTheLimitItself"),
            SUMMARY,
            ABOUT_2012));
    all.add(
        new Clause(
            SEBI_2012,
            "6, tag",
            "Each order of an algorithm carries the exchange's identifier",
            YES,
            "An order's tag stands on the order and in its audit entries, execution reports lead to it by"
                + " the order's id; orders without one are refused in every profile but the demo, unless"
                + " tola.compliance.tag-required says otherwise. Whether the exchange gave the identifier"
                + " isn't checked",
            List.of(
                "RuleBookTest#everyProfileButTheDemoRequiresTagsUnlessTheSettingSaysOtherwise",
                "ControlsTest#anOrderWithoutATagIsRefusedOnlyWhereTagsAreRequired",
                "RiskIT#anOrdersTagStandsOnTheOrderAndInTheAuditTrail"),
            SUMMARY,
            ABOUT_2012));
    all.add(
        new Clause(
            SEBI_2012,
            "8, logs",
            "Logs of all trading activity for an audit trail",
            YES,
            "Every step of an order has an audit entry in the same commit, chained by hashes; without it"
                + " there is no order",
            List.of(
                "MainJobIT#everyOrderIsInTheAuditTrailAndTheTrailIsIntact",
                "TransactionsIT#withoutItsAuditEntryThereIsNoOrderNoPositionAndNoCashMovement",
                "TrailStoreTest#theApplicationCanNotChangeOrRemoveWhatIsWritten"),
            SUMMARY,
            ABOUT_2012));
    all.add(
        new Clause(
            SEBI_2012,
            "5, 7",
            "The exchange's permission, and conformance tests, before an algorithm is used",
            OUTSIDE,
            "Between broker and exchange",
            List.of(),
            SUMMARY,
            ABOUT_2012));
  }

  private static void sebi2013(List<Clause> all) {
    all.add(
        new Clause(
            SEBI_2013,
            "2.1, 2.2",
            "A system audit of the algorithmic trading system every six months, by a certified auditor",
            OUTSIDE,
            "People's work; this report, the audit trail and its verification are the material",
            List.of("TrailReaderTest#verifyReportsWhatItRead"),
            TEXT,
            OF_2013));
    all.add(
        new Clause(
            SEBI_2013,
            "2.3, 2.4",
            "Deficiencies are reported to the exchange at once and put right",
            OUTSIDE,
            "People's work",
            List.of(),
            TEXT,
            OF_2013));
  }

  private static void sebi2025(List<Clause> all) {
    all.add(
        new Clause(
            SEBI_2025,
            "5.I(b), 5.II(b); NSE B.3, G",
            "All orders of algorithms carry an identifier of the exchange's, a generic one below the"
                + " threshold",
            YES,
            "As for the tag of 2012: required in every profile but the demo; the day's orders without one"
                + " are counted in this report",
            List.of(
                "ControlsTest#anOrderWithoutATagIsRefusedOnlyWhereTagsAreRequired",
                "RiskIT#anOrdersTagStandsOnTheOrderAndInTheAuditTrail",
                "FlowStoreTest#reportsAreCountedByAccountDayAndKind"),
            SUMMARY,
            ABOUT_2025));
    all.add(
        new Clause(
            SEBI_2025,
            "5.I(c); NSE B.2, B.5, C, F",
            "Above ten orders in a second of the clock an algorithm must be registered; what exceeds the"
                + " threshold is rejected",
            BY_SETTING,
            "With tola.compliance.unregistered-orders-per-second at 10, an account without a row in"
                + " registered_algos is held to 10 new orders a second of the clock over all nodes,"
                + " whatever its limits say. The number is NSE's, not SEBI's",
            List.of(
                "RuleBookTest#anAccountWithoutARegisteredAlgorithmIsHeldToTheThresholdAndNoFasterLimitHelps",
                "ControlsTest#ordersASecondAreCountedUpToTheLimitItself"),
            SUMMARY,
            ABOUT_NSE));
    all.add(
        new Clause(
            SEBI_2025,
            "5.I(d); NSE A",
            "No open interfaces: a key and a fixed address for each client, two factors, logout before"
                + " each trading day",
            PARTLY,
            "A user may be held to a list of addresses; tokens end within the hour, can be ended at once, and"
                + " none outlives 03:00 in India. No second factor, and a user without a list comes from"
                + " anywhere",
            List.of(
                "AccessIT#aUserWithAListComesFromItsAddressesOnly",
                "AuthenticatorTest#noTokenOutlivesTheDailyLogout",
                "AccessIT#oneTokenEndsAloneAndAllOfAUserTogether",
                "RolesIT#onlyTheContractsRolesAreLetIn"),
            SUMMARY,
            ABOUT_2025));
    all.add(
        new Clause(
            SEBI_2025,
            "5.II, 5.IV",
            "All orders pass the broker's risk management; exchanges can stop an algorithm",
            YES,
            "No way in goes around the controls, whichever the door; the kill switch stops an account or"
                + " everybody. An exchange's own stop of an algorithm comes as its rejections",
            List.of(
                "BatchProcessorTest#refusedOrderIsStoredRejectedWithCodeAndReason",
                "RiskIT#aHaltStopsEverybodyButCancelsAndAResumeLetsThemGoOn"),
            SUMMARY,
            ABOUT_2025));
    all.add(
        new Clause(
            SEBI_2025,
            "NSE operational modalities, 10.3",
            "The audit trail is kept for five years",
            YES,
            "The application's role can remove no order, report, audit entry or count; risk events go by"
                + " month, five years at the earliest, and the database holds to that. Longer where others"
                + " ask for more: SEBI's Stock Brokers Regulations of 2026 are said to ask for eight years,"
                + " which is the setting's default; that could not be checked",
            List.of(
                "ComplianceDeskTest#noRecordCanBeRemovedByTheApplication",
                "EventStoreTest#nothingYoungerThanFiveYearsCanBeDroppedByTheApplication",
                "FlowClerkTest#theComingMonthsAreMadeAndEventsOfFiveYearsStay"),
            SUMMARY,
            ABOUT_KEEPING));
  }

  private static void rts6(List<Clause> all) {
    all.add(
        new Clause(
            RTS_6,
            "12(1), 12(2)",
            "Cancel any or all unexecuted orders at once, as an emergency measure",
            PARTLY,
            "HALTED lets nothing new in, for an account or everybody, at once on every node. Working"
                + " orders stay: their account's trader cancels all of them in one call, and halting a"
                + " symbol suspends them, but there is no one switch that cancels everybody's",
            List.of(
                "RiskIT#aHaltStopsEverybodyButCancelsAndAResumeLetsThemGoOn",
                "AccountsOnTwoNodesIT#aHaltOnOneNodeHoldsAtOnceOnTheOther",
                "OrderLifeIT#massCancelTakesWhatItNamesAndNothingElse",
                "OrderLifeIT#haltSuspendsAndRefusesUntilItEnds"),
            TEXT,
            ART_12));
    all.add(
        new Clause(
            RTS_6,
            "12(3)",
            "Know which algorithm and which trader or client is responsible for each order",
            YES,
            "Each order has its account, its user and its tag, on the order and in the audit trail",
            List.of(
                "RiskIT#anOrdersTagStandsOnTheOrderAndInTheAuditTrail",
                "MainJobIT#everyOrderIsInTheAuditTrailAndTheTrailIsIntact"),
            TEXT,
            ART_12));
    all.add(
        new Clause(
            RTS_6,
            "13",
            "An automated system that watches all orders and trades for signs of market manipulation",
            NO,
            "There is none. The order-to-trade ratio is one sign, and all orders with the quotes they met"
                + " can be read again from the audit trail",
            List.of("FlowClerkTest#aHighRatioIsToldOfOnceADayAndOnceMoreWhenItIsCritical"),
            TEXT,
            ART_13));
    all.add(
        new Clause(
            RTS_6,
            "14",
            "Arrangements for business continuity: adverse scenarios, timely resumption, orders and"
                + " positions managed meanwhile",
            PARTLY,
            "Nothing acknowledged is lost when database, broker or server fail, and all recovers by"
                + " itself. Governance, training and another site are people's work",
            List.of(
                "DatabaseFaultIT#ordersAreRefusedInTimeNothingAcknowledgedIsLostAndAllRecoversByItself",
                "CrashIT#whatWasAcknowledgedIsThereAndWhatWasNotCanBeSentAgain",
                "BrokerFaultIT#ordersGoOnAndEveryReportArrivesOnceAndInOrder",
                "AccountsOnTwoNodesIT#killingTheNodeThatDrivesTheFeedAndTheGuardsLosesNoAcknowledgedOrderAndTheOtherGoesOn"),
            TEXT,
            ART_14));
    all.add(
        new Clause(
            RTS_6,
            "15(1)(a)",
            "Price collars by instrument, order by order and over a period of time",
            PARTLY,
            "Order by order: band and collar. Not over a period of time",
            List.of(
                "ControlsTest#pricesLieWithinTheBandBothEndsIncluded",
                "ControlsTest#aMarketOrderStaysWithinTheCollar"),
            TEXT,
            ART_15));
    all.add(
        new Clause(
            RTS_6,
            "15(1)(b)",
            "Maximum order values",
            YES,
            "OrderValueControl",
            List.of("ControlsTest#anOrdersValueIsLimited"),
            TEXT,
            ART_15));
    all.add(
        new Clause(
            RTS_6,
            "15(1)(c)",
            "Maximum order volumes",
            YES,
            "QuantityFreezeControl",
            List.of("ControlsTest#quantitiesAreWholeLotsUpToTheFreezeQuantity"),
            TEXT,
            ART_15));
    all.add(
        new Clause(
            RTS_6,
            "15(1)(d)",
            "Maximum messages: submissions, modifications and cancellations",
            PARTLY,
            "New orders by account and second; all requests over HTTP by user and second. Cancels over"
                + " JMS are not limited",
            List.of(
                "ControlsTest#ordersASecondAreCountedUpToTheLimitItself",
                "RateBucketTest#itDecidesAsABucketThatIsFilledDropByDrop"),
            TEXT,
            ART_15));
    all.add(
        new Clause(
            RTS_6,
            "15(2)",
            "Every order sent counts in the limits at once",
            YES,
            "Controls, orders and positions are one transaction under the account's lock, on any number"
                + " of nodes",
            List.of(
                "AccountsOnTwoNodesIT#cashAndPositionsAreExactAfterLoadOnTheSameAccountsThroughBoth",
                "RuleBookTest#aChangeHoldsOnEveryNodeFromTheNextBatchOn"),
            TEXT,
            ART_15));
    all.add(
        new Clause(
            RTS_6,
            "15(3)",
            "A strategy that was applied a set number of times is disabled until a person enables it again",
            NO,
            "There is no such throttle",
            List.of(),
            TEXT,
            ART_15));
    all.add(
        new Clause(
            RTS_6,
            "15(4), 15(5)",
            "Limits of market and credit risk; orders that would break the firm's own thresholds are"
                + " blocked",
            YES,
            "Limits by account of position and open orders, cash and holdings; restricted symbols;"
                + " platform and account can be reduced to closing orders",
            List.of(
                "ControlsTest#aPositionIsLimitedInSharesOnBothSidesWithWorkingOrders",
                "ControlsTest#aPositionIsLimitedInRupeesAtTheWorstPrice",
                "ControlsTest#cashMustBeThereBeyondWhatIsBlocked",
                "RiskIT#reduceOnlyLetsPositionsShrinkAndNotGrow"),
            SUMMARY,
            ART_15));
    all.add(
        new Clause(
            RTS_6,
            "15(6)",
            "A procedure for an order that a control blocked and that is wanted all the same: rarely, for a"
                + " time, checked by risk management",
            PARTLY,
            "Only role risk changes limits, by version; what lets more through needs a second person, with"
                + " an audit entry of before and after and an alert. Nothing puts it back by itself",
            List.of(
                "RiskOfficeTest#whatLetsMoreThroughNeedsASecondPersonAndNamesTheFields",
                "AccessIT#aRaisedLimitWaitsForAnotherPerson",
                "RiskOfficeTest#changedLimitsCarryTheNextVersionAndAreAuditedBeforeAndAfter",
                "RiskOfficeTest#widerLimitsAreAnAlertAndNarrowerOnesForTheRecord"),
            SUMMARY,
            ART_15));
    all.add(
        new Clause(
            RTS_6,
            "16",
            "Real-time monitoring of all algorithmic trading, with alerts within five seconds",
            PARTLY,
            "Refused orders and order-to-trade ratios are looked at every other second and told of on"
                + " tola.risk.alerts; reports and quotes are streamed. Under a heavy load the looking falls"
                + " behind rather than slow orders down, so five seconds are not promised",
            List.of(
                "RiskIT#refusedOrdersAndChangedLimitsBecomeEventsForTheTraderAndForRisk",
                "RiskOfficeTest#aUseOfTheKillSwitchIsAuditedAndAlerted"),
            SUMMARY,
            RTS_6_INDEX));
    all.add(
        new Clause(
            RTS_6,
            "17",
            "Post-trade controls that run all the time, with reconciliation of the firm's own records",
            PARTLY,
            "Positions and cash are booked with each fill and constrained by the database; exposure and use"
                + " of limits can be read at any time. Statements of the broker are compared with the books"
                + " when they come and on a schedule; each difference is kept until somebody explains it and"
                + " another person adjusts it, and told of while it stays open. Statements don't come by"
                + " themselves",
            List.of(
                "ReconciliationIT#aBreakIsExplainedByOneAdjustedByAnotherAndGoneInTheNextComparison",
                "ReconciliationOfficeTest#breaksThatStayOpenAreToldOfOnce",
                "LedgerIT#cashSharesAndProfitAreExactAfterARandomConcurrentLoad",
                "RiskIT#exposureAndUseOfLimitsFollowTheOrders"),
            SUMMARY,
            RTS_6_INDEX));
  }

  private static void sec(List<Clause> all) {
    all.add(
        new Clause(
            SEC,
            "(c)(1)(i)",
            "No order beyond pre-set credit or capital thresholds",
            YES,
            "CashControl, HoldingsControl, OpenOrderValueControl, PositionLimitControl, by account",
            List.of(
                "ControlsTest#cashMustBeThereBeyondWhatIsBlocked",
                "ControlsTest#aSaleForDeliveryNeedsTheShares",
                "ControlsTest#allWorkingOrdersTogetherAreLimited"),
            SUMMARY,
            FINAL_RULE));
    all.add(
        new Clause(
            SEC,
            "(c)(1)(ii)",
            "No erroneous order: beyond price or size parameters, or a duplicate",
            BY_SETTING,
            "Band, collar, value and freeze quantity always; the same client_order_id is executed once,"
                + " whatever is sent; LookAlikeControl for alike orders of other ids when its window is set",
            List.of(
                "IdempotencyIT#thirtyTwoAtOnceExecuteOnce",
                "LookAlikeControlTest#anAlikeOrderWithinTheWindowIsRefusedAndNamesTheFirst",
                "ControlsTest#aMarketOrderStaysWithinTheCollar"),
            SUMMARY,
            FINAL_RULE));
    all.add(
        new Clause(
            SEC,
            "(c)(2)(i)",
            "No order that breaks rules which must be kept before entry",
            YES,
            "SessionControl, LotControl, TickSizeControl, InstrumentTradableControl, and no short sale for"
                + " delivery; the rules are India's",
            List.of(
                "ControlsTest#theSessionDecidesWhatIsTaken",
                "ControlsTest#pricesLieOnTheTickGrid",
                "ControlsTest#aSuspendedInstrumentDoesNotTrade"),
            TEXT,
            FINAL_RULE));
    all.add(
        new Clause(
            SEC,
            "(c)(2)(ii)",
            "No order in what the broker or the customer is restricted from trading",
            YES,
            "RestrictedListControl, for everybody and by account",
            List.of(
                "ControlsTest#restrictedSymbolsAreRefusedForEverybodyOrForTheAccount",
                "RiskIT#aRestrictedSymbolIsRefused"),
            TEXT,
            FINAL_RULE));
    all.add(
        new Clause(
            SEC,
            "(c)(2)(iii)",
            "Only authorised persons have access",
            YES,
            "Tokens, roles by path, own accounts only; a change of rights ends older tokens",
            List.of(
                "RolesIT#onlyTheContractsRolesAreLetIn",
                "IsolationIT#anothersAccountTakesNoOrders",
                "AuthenticatorTest#aChangeOfRightsEndsOlderTokensAtOnce"),
            TEXT,
            FINAL_RULE));
    all.add(
        new Clause(
            SEC,
            "(c)(2)(iv)",
            "Surveillance gets execution reports at once",
            YES,
            "Every report goes to tola.executions after its commit, in order, at least once, whatever fails",
            List.of("BrokerFaultIT#ordersGoOnAndEveryReportArrivesOnceAndInOrder"),
            TEXT,
            FINAL_RULE));
    all.add(
        new Clause(
            SEC,
            "(d)",
            "The controls are under the broker's direct and exclusive control",
            YES,
            "Limits are changed by role risk alone, raised by two people, and only risk lets more through"
                + " again",
            List.of(
                "RiskOfficeTest#whatLetsMoreThroughNeedsASecondPersonAndNamesTheFields",
                "RolesIT#onlyTheContractsRolesAreLetIn",
                "RiskOfficeTest#opsHaltsAndOnlyRiskResumes"),
            SUMMARY,
            FINAL_RULE));
    all.add(
        new Clause(
            SEC,
            "(e)",
            "Regular review of the controls, certified by the chief executive every year",
            OUTSIDE,
            "People's work; this report is the material",
            List.of(),
            SUMMARY,
            FINAL_RULE));
  }
}
