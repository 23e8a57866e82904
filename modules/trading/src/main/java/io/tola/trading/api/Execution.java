package io.tola.trading.api;

import io.tola.kernel.AccountId;
import io.tola.kernel.ClOrdID;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.Symbol;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;

/**
 * One execution report (FIX 35=8): what happened to an order at one moment, never changed after.
 *
 * @param execId id of this report
 * @param sequence the account's own counter of reports, rising by one: what a stream resumes from
 * @param lastQuantity LastQty; zero unless TRADE
 * @param lastPrice LastPx; null unless TRADE
 * @param text a reason, for REJECTED and CANCELED; null otherwise
 */
public record Execution(
    UUID execId,
    UUID orderId,
    ClOrdID clOrdId,
    AccountId accountId,
    long sequence,
    Symbol symbol,
    Side side,
    ExecType execType,
    OrdStatus ordStatus,
    Quantity lastQuantity,
    Price lastPrice,
    Quantity cumQuantity,
    Quantity leavesQuantity,
    BigDecimal averagePrice,
    String text,
    Instant transactTime) {}
