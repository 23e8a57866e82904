package io.tola.trading.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.trading.api.Side;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * FIX 4.4's order state change matrices D1 to D16, through the real state machine. A file is one
 * matrix: the reason on line one, then a step a line with what the report about it says. {@code
 * refused} is a step that the order doesn't take and that changes nothing; {@code -} is one that FIX
 * reports with an OrderCancelReject instead of an execution.
 */
class Fix44Test {

  private static final Path FOLDER = Path.of("src/test/resources/fix44");

  static Stream<Path> matrices() throws Exception {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().toList().stream();
    }
  }

  @Test
  void allSixteenAreThereAndEachSaysWhy() throws Exception {
    List<Path> files = matrices().toList();
    assertThat(files)
        .extracting(file -> file.getFileName().toString().substring(0, 3))
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, 16).mapToObj(n -> String.format("D%02d", n)).toList());
    for (Path file : files) {
      assertThat(Files.readAllLines(file).get(0)).startsWith("# ").hasSizeGreaterThan(40);
    }
  }

  @ParameterizedTest
  @MethodSource("matrices")
  void orderLivesAsTheMatrixSays(Path file) throws Exception {
    Order order = null;
    int number = 2;
    for (String line : Files.readAllLines(file).subList(2, Files.readAllLines(file).size())) {
      number++;
      String[] cells = line.split(",", -1);
      assertThat(cells).as(line).hasSize(8);
      String where = file.getFileName() + ":" + number + " " + line;
      if (order == null) {
        order = placed(quantity(cells[1]));
        expect(where, order.opening(), cells);
      } else if (cells[2].equals("refused")) {
        Order inHand = order;
        int version = order.version();
        assertThatThrownBy(() -> step(inHand, cells))
            .as(where)
            .isInstanceOf(IllegalStateException.class);
        assertThat(order.version()).as(where).isEqualTo(version);
      } else {
        expect(where, step(order, cells), cells);
      }
      assertThat(order.status().name()).as(where).isEqualTo(cells[3]);
      assertThat(order.quantity()).as(where).isEqualTo(quantity(cells[4]));
      assertThat(order.cumQuantity()).as(where).isEqualTo(quantity(cells[5]));
      assertThat(order.leavesQuantity()).as(where).isEqualTo(quantity(cells[6]));
    }
  }

  private static void expect(String where, Transition step, String[] cells) {
    if (step == null) {
      assertThat(cells[2]).as(where).isEqualTo("-");
      return;
    }
    assertThat(step.execType().name()).as(where).isEqualTo(cells[2]);
    assertThat(step.status().name()).as(where).isEqualTo(cells[3]);
    assertThat(step.cumQuantity()).as(where).isEqualTo(quantity(cells[5]));
    assertThat(step.leavesQuantity()).as(where).isEqualTo(quantity(cells[6]));
    assertThat(step.lastQuantity()).as(where).isEqualTo(quantity(cells[7]));
  }

  private static Order placed(Quantity quantity) {
    return Order.entered(
        UUID.fromString("01890000-0000-7000-8000-0000000000aa"),
        Samples.limit("c-1", Side.BUY, quantity.value(), "100.00"),
        Price.of("100.00"),
        Samples.T0);
  }

  private static Transition step(Order order, String[] cells) {
    return switch (cells[0]) {
      case "acknowledge" -> order.acknowledge(Samples.T0);
      case "fill" -> order.fill(quantity(cells[1]), Price.of("99.95"), Samples.T0, Samples.T0);
      case "requestCancel" -> order.requestCancel(Samples.T0);
      case "cancel" -> order.cancel("asked", Samples.T0);
      case "requestReplace" -> order.requestReplace(Samples.T0);
      case "replace" -> order.replace(order.terms().withQuantity(quantity(cells[1])), Samples.T0);
      case "expire" -> order.expire(Samples.T0);
      case "requestRefused" -> {
        order.requestRefused(Samples.T0);
        yield null;
      }
      default -> throw new IllegalArgumentException("no such event: " + cells[0]);
    };
  }

  private static Quantity quantity(String text) {
    return Quantity.of(Long.parseLong(text));
  }
}
