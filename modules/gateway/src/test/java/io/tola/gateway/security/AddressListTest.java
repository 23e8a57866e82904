package io.tola.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.problem.InvalidValueException;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AddressListTest {

  private static final AddressList LIST =
      AddressList.of(List.of("203.0.113.7", "198.51.100.16/28", "2001:DB8:0::/48"));

  @Test
  void listedAddressesAndThoseInRangesAreAdmitted() {
    for (String address :
        List.of(
            "203.0.113.7",
            "::ffff:203.0.113.7",
            "198.51.100.16",
            "198.51.100.31",
            "2001:db8::1",
            "2001:0db8:0000:ffff:0:0:0:1",
            "2001:db8::1%eth0")) {
      assertThat(LIST.admits(address)).as(address).isTrue();
    }
  }

  @Test
  void othersAndWhatIsNoAddressAreNot() {
    for (String address :
        List.of(
            "203.0.113.8",
            "198.51.100.15",
            "198.51.100.32",
            "2001:db8:1::1",
            "::1",
            "",
            "unknown",
            "localhost",
            "203.0.113.7, 10.0.0.1",
            "203.0.113.07",
            "3405803783",
            "203.0.113.7.")) {
      assertThat(LIST.admits(address)).as(address).isFalse();
    }
  }

  @Test
  void entriesAreSpelledOneWay() {
    assertThat(LIST.entries())
        .containsExactly("203.0.113.7", "198.51.100.16/28", "2001:db8:0:0:0:0:0:0/48");
    assertThat(AddressList.canonical("::ffff:203.0.113.7")).isEqualTo("203.0.113.7");
    assertThat(AddressList.of(List.of())).isNull();
  }

  @Test
  void whatIsNoAddressOrTooWideIsRefusedAndNoNameIsLookedUp() {
    for (String text :
        List.of(
            "",
            "example.com",
            "dead.beef",
            "1.2.3",
            "1.2.3.256",
            "10.0.0.0/7",
            "0.0.0.0/0",
            "10.0.0.1/24",
            "10.0.0.0/33",
            "10.0.0.0/",
            "10.0.0.0/-1",
            "2001:db8::/8",
            "2001:db8::1/64",
            "fe80::1%lo",
            ":::",
            "10.0.0.0/24/24")) {
      assertThatThrownBy(() -> AddressList.canonical(text))
          .as(text)
          .isInstanceOf(InvalidValueException.class);
    }
  }

  @Property(tries = 500)
  void aRangeAdmitsExactlyTheAddressesThatBeginLikeIt(
      @ForAll int network, @ForAll int address, @ForAll @IntRange(min = 8, max = 32) int prefix) {
    int mask = -1 << (32 - prefix);
    AddressList list = AddressList.of(List.of(text(network & mask) + "/" + prefix));
    assertThat(list.admits(text(address))).isEqualTo((address & mask) == (network & mask));
    assertThat(list.admits(text((network & mask) | (address & ~mask)))).isTrue();
  }

  private static String text(int address) {
    return (address >>> 24)
        + "."
        + (address >> 16 & 255)
        + "."
        + (address >> 8 & 255)
        + "."
        + (address & 255);
  }
}
