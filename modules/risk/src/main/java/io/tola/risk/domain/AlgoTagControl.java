package io.tola.risk.domain;

import io.tola.risk.api.RiskRejectCode;
import io.tola.trading.api.spi.OrderUnderCheck;
import io.tola.trading.api.spi.Refusal;

/**
 * No order without a tag, where tags are required: the exchange's number of the algorithm, or its
 * generic one.
 *
 * <p>Source: SEBI SEBI/HO/MIRSD/MIRSD-PoD/P/CIR/2025/0000013 of 4 February 2025, 5.II(b), and NSE's
 * implementation standards of 5 May 2025 (NSE/INVG/67858), B.3 and G: orders of an algorithm carry an
 * identifier of the exchange's, below the threshold a generic one; RTS 6 (EU) 2017/589, art. 12(3).
 */
public final class AlgoTagControl implements Control {

  @Override
  public Refusal check(OrderUnderCheck order, Rules rules) {
    return !rules.tagRequired() || order.order().tag() != null
        ? null
        : Refusals.of(
            RiskRejectCode.ALGO_TAG_MISSING,
            "Every order needs a tag that names its algorithm; send the generic one for others");
  }
}
