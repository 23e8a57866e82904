package io.tola.drills;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.drills.Answer.Kind;
import org.junit.jupiter.api.Test;

class AnswerTest {

  private static final String PROBLEM = "application/problem+json";
  private static final String LATER =
      "{\"title\":\"The database does not answer\",\"status\":503,\"detail\":\"Send it again\"}";

  @Test
  void orderIsAnAcknowledgementWhateverItsOutcome() {
    Answer answer =
        new Answer(
            201,
            "application/json",
            false,
            "{\"order_id\":\"o1\",\"status\":\"REJECTED\",\"filled_quantity\":0,\"reject_code\":2051}");

    assertThat(answer.kind()).isEqualTo(Kind.ACKNOWLEDGED);
    assertThat(answer.placed().rejectCode()).isEqualTo(2051);
  }

  @Test
  void clearRefusalSaysWhenToComeBack() {
    assertThat(new Answer(503, PROBLEM, true, LATER).kind()).isEqualTo(Kind.REFUSED);
    assertThat(new Answer(503, PROBLEM, false, LATER).kind()).isEqualTo(Kind.WRONG);
    assertThat(new Answer(503, "text/html", true, "<html>no</html>").kind()).isEqualTo(Kind.WRONG);
  }

  @Test
  void stackTraceInAProblemIsWrong() {
    String body = "{\"title\":\"t\",\"status\":503,\"detail\":\"java.sql.SQLException: gone\"}";

    assertThat(new Answer(503, PROBLEM, true, body).kind()).isEqualTo(Kind.WRONG);
  }

  @Test
  void serverErrorIsWrongHoweverItIsDressed() {
    String body = "{\"title\":\"t\",\"status\":500}";

    assertThat(new Answer(500, PROBLEM, true, body).kind()).isEqualTo(Kind.WRONG);
    assertThat(new Answer(200, "application/json", false, "").kind()).isEqualTo(Kind.WRONG);
  }

  @Test
  void nothingIsUnanswered() {
    assertThat(Answer.none(new java.io.IOException("gone")).kind()).isEqualTo(Kind.UNANSWERED);
  }
}
