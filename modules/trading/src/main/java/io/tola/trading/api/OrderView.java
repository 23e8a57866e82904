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
 * An order as a reader sees it.
 *
 * @param quantity OrderQty as it is now, as are price and triggerPrice
 * @param filledQuantity CumQty
 * @param leavesQuantity LeavesQty; zero once the order no longer works
 * @param averagePrice AvgPx: value of the fills by CumQty, six decimals half even; null before the
 *     first fill
 * @param rejectCode 1xxx trading, 2xxx risk; null unless REJECTED
 * @param rejectReason the limit, its value and the order's value, in words; null unless REJECTED
 * @param triggeredAt when a stop order's trigger was reached; null before, and for other orders
 */
public record OrderView(
    UUID orderId,
    ClOrdID clOrdId,
    AccountId accountId,
    Symbol symbol,
    Side side,
    OrdType ordType,
    Quantity quantity,
    Price price,
    Price triggerPrice,
    Product product,
    Validity validity,
    String tag,
    OrdStatus status,
    Quantity filledQuantity,
    Quantity leavesQuantity,
    BigDecimal averagePrice,
    Integer rejectCode,
    String rejectReason,
    Instant triggeredAt,
    Instant createdAt,
    Instant updatedAt) {}
