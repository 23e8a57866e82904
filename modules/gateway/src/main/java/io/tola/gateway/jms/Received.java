package io.tola.gateway.jms;

import jakarta.jms.BytesMessage;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Enumeration;

/**
 * A message as the doors see it.
 *
 * @param body its bytes, a text's in UTF-8; empty when the message is of a kind that has none
 * @param user whom the broker vouches for; null when it doesn't
 */
record Received(Message message, byte[] body, String user) {

  private static final Logger LOG = System.getLogger(Received.class.getName());

  /** Property that the broker sets: who sent the message. */
  static final String SENDER = "JMSXUserID";

  /** Property of a dead letter: why. */
  static final String REASON = "tola_reason";

  private static final int MAX_REASON = 1_000;

  static Received of(Message message) throws JMSException {
    return new Received(message, body(message), property(message, SENDER));
  }

  private static byte[] body(Message message) throws JMSException {
    if (message instanceof TextMessage text) {
      String body = text.getText();
      return body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
    }
    if (message instanceof BytesMessage bytes) {
      byte[] body = new byte[(int) Math.min(bytes.getBodyLength(), Integer.MAX_VALUE - 8)];
      bytes.readBytes(body);
      return body;
    }
    return new byte[0];
  }

  String id() throws JMSException {
    return message.getJMSMessageID();
  }

  /** A property; one that isn't text is as good as none. */
  String property(String name) throws JMSException {
    return property(message, name);
  }

  private static String property(Message message, String name) throws JMSException {
    return message.getObjectProperty(name) instanceof String text ? text : null;
  }

  /** Where an answer may be written; null when nowhere. */
  Destination answerTo() throws JMSException {
    Destination to = message.getJMSReplyTo();
    return to != null && Replies.isAllowed(to) ? to : null;
  }

  Replies.Reply reply(Destination to, Answer answer) throws JMSException {
    String correlation = message.getJMSCorrelationID();
    return new Replies.Reply(to, correlation == null ? id() : correlation, answer);
  }

  /** A copy: a message received can't be given new properties without losing the others. */
  Message deadLetter(Session session, String reason) throws JMSException {
    Message letter;
    if (message instanceof TextMessage text) {
      letter = session.createTextMessage(text.getText());
    } else if (message instanceof BytesMessage) {
      var bytes = session.createBytesMessage();
      bytes.writeBytes(body);
      letter = bytes;
    } else {
      letter = session.createMessage();
    }
    for (Enumeration<?> names = message.getPropertyNames(); names.hasMoreElements(); ) {
      String name = (String) names.nextElement();
      if (!name.startsWith("JMS") && !name.startsWith("_AMQ") && !name.startsWith("tola_")) {
        letter.setObjectProperty(name, message.getObjectProperty(name));
      }
    }
    letter.setJMSCorrelationID(message.getJMSCorrelationID());
    letter.setStringProperty(
        REASON, reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) : reason);
    letter.setStringProperty("tola_message_id", id());
    letter.setStringProperty("tola_user", user);
    LOG.log(Level.INFO, "message {0} of {1} is a dead letter: {2}", id(), user, reason);
    return letter;
  }
}
