package io.tola.gateway.security;

import io.tola.kernel.problem.InvalidValueException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The addresses a user may come from: single ones and ranges in CIDR notation (RFC 4632, RFC 4291).
 * An IPv4 address that comes as IPv6 ({@code ::ffff:a.b.c.d}) is the IPv4 one. Names are never
 * looked up. Immutable.
 */
public final class AddressList {

  static final int MAX = 20;

  /** Wider ranges are no restriction, only somebody's mistake. */
  private static final int WIDEST_V4 = 8;

  private static final int WIDEST_V6 = 16;
  private static final int LONGEST = 45;
  private static final Pattern V4 =
      Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(?:\\.|$)){4}");
  private static final Pattern PREFIX = Pattern.compile("\\d{1,3}");

  /** In canonical spelling. */
  private final Set<String> entries;

  private final List<Range> ranges;

  private record Range(byte[] address, int prefix) {
    boolean holds(byte[] other) {
      if (other.length != address.length) {
        return false;
      }
      int whole = prefix / 8;
      for (int i = 0; i < whole; i++) {
        if (other[i] != address[i]) {
          return false;
        }
      }
      int rest = prefix % 8;
      int mask = 0xFF << (8 - rest) & 0xFF;
      return rest == 0 || ((other[whole] ^ address[whole]) & mask) == 0;
    }

    boolean hasHostBits() {
      for (int bit = prefix; bit < address.length * 8; bit++) {
        if ((address[bit / 8] & (0x80 >> bit % 8)) != 0) {
          return true;
        }
      }
      return false;
    }
  }

  private AddressList(Set<String> entries, List<Range> ranges) {
    this.entries = entries;
    this.ranges = ranges;
  }

  /**
   * The list, or null for an empty one, which restricts nothing.
   *
   * @throws InvalidValueException for anything that is no address or range
   */
  public static AddressList of(Collection<String> texts) {
    if (texts.isEmpty()) {
      return null;
    }
    Set<String> entries = new LinkedHashSet<>();
    List<Range> ranges = new ArrayList<>();
    for (String text : texts) {
      Range range = range(text);
      entries.add(spell(range));
      ranges.add(range);
    }
    return new AddressList(java.util.Collections.unmodifiableSet(entries), List.copyOf(ranges));
  }

  /**
   * One entry in its canonical spelling.
   *
   * @throws InvalidValueException when it is none
   */
  public static String canonical(String text) {
    return spell(range(text));
  }

  private static Range range(String text) {
    int slash = text.indexOf('/');
    byte[] address = bytes(slash < 0 ? text : text.substring(0, slash));
    if (address == null) {
      throw invalid("must be an IPv4 or IPv6 address, or a range such as 203.0.113.0/28");
    }
    int bits = address.length * 8;
    if (slash < 0) {
      return new Range(address, bits);
    }
    String length = text.substring(slash + 1);
    int widest = bits == 32 ? WIDEST_V4 : WIDEST_V6;
    if (!PREFIX.matcher(length).matches()
        || Integer.parseInt(length) > bits
        || Integer.parseInt(length) < widest) {
      throw invalid("must have a prefix length from " + widest + " to " + bits);
    }
    Range range = new Range(address, Integer.parseInt(length));
    if (range.hasHostBits()) {
      throw invalid("must be the first address of its range");
    }
    return range;
  }

  private static String spell(Range range) {
    try {
      String address = InetAddress.getByAddress(range.address).getHostAddress();
      return range.prefix == range.address.length * 8 ? address : address + '/' + range.prefix;
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 bytes", e);
    }
  }

  /** The address's bytes, or null when the text is none; asks no name server. */
  private static byte[] bytes(String text) {
    if (text.isEmpty() || text.length() > LONGEST) {
      return null;
    }
    // With a colon in it the JDK takes nothing for a name.
    if (text.indexOf(':') < 0 ? !V4.matcher(text).matches() : text.indexOf('%') >= 0) {
      return null;
    }
    try {
      return InetAddress.getByName(text).getAddress();
    } catch (UnknownHostException e) {
      return null;
    }
  }

  /** Whether somebody at that address may come in; never for what is no address. */
  public boolean admits(String address) {
    if (entries.contains(address)) {
      return true;
    }
    int zone = address.indexOf('%');
    byte[] bytes = bytes(zone < 0 ? address : address.substring(0, zone));
    if (bytes == null) {
      return false;
    }
    for (Range range : ranges) {
      if (range.holds(bytes)) {
        return true;
      }
    }
    return false;
  }

  /** The entries, spelled canonically, in the order they were given. */
  public Set<String> entries() {
    return entries;
  }

  /** The entries of a list that may be null. */
  static Set<String> entriesOf(AddressList list) {
    return list == null ? Set.of() : list.entries;
  }

  private static InvalidValueException invalid(String message) {
    return new InvalidValueException("address", message);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AddressList list && list.entries.equals(entries);
  }

  @Override
  public int hashCode() {
    return entries.hashCode();
  }

  @Override
  public String toString() {
    return entries.toString();
  }
}
