package io.tola.risk.domain;

import io.tola.risk.api.RiskRejectCode;
import io.tola.risk.api.TradingState.Mode;
import io.tola.trading.api.spi.OrderUnderCheck;
import io.tola.trading.api.spi.Refusal;

/**
 * Nothing new trades while the kill switch stands at HALTED, for the platform or the account.
 *
 * <p>Source: SEBI CIR/MRD/DP/09/2012 (algorithms that run away must be stopped) and SEBI
 * SEBI/HO/MIRSD/MIRSD-PoD/P/CIR/2025/0000013 (kill switch); Delegated Regulation (EU) 2017/589 (MiFID
 * II RTS 6), art. 12.
 */
public final class KillSwitchControl implements Control {

  @Override
  public Refusal check(OrderUnderCheck order, Rules rules) {
    if (rules.platform() == Mode.HALTED) {
      return Refusals.of(
          RiskRejectCode.PLATFORM_HALTED,
          "Trading is halted on the whole platform",
          "mode",
          Mode.HALTED);
    }
    if (rules.account() == Mode.HALTED) {
      return Refusals.of(
          RiskRejectCode.ACCOUNT_HALTED, "Trading is halted for this account", "mode", Mode.HALTED);
    }
    return null;
  }
}
