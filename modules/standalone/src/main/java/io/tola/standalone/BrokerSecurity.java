package io.tola.standalone;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Set;
import javax.security.auth.Subject;
import org.apache.activemq.artemis.core.security.CheckType;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.apache.activemq.artemis.spi.core.security.ActiveMQSecurityManager5;
import org.apache.activemq.artemis.spi.core.security.jaas.RolePrincipal;
import org.apache.activemq.artemis.spi.core.security.jaas.UserPrincipal;

/**
 * Who may do what at the embedded broker: the server with its own password, and the platform's users with theirs, each with the roles
 * of the REST API. Thread-safe.
 */
final class BrokerSecurity implements ActiveMQSecurityManager5 {

  private final String server;
  private final String serverPassword;
  private final BrokerUsers users;

  /**
   * @param users null: the server alone may connect
   */
  BrokerSecurity(String server, String serverPassword, BrokerUsers users) {
    this.server = server;
    this.serverPassword = serverPassword;
    this.users = users;
  }

  @Override
  public Subject authenticate(
      String user, String password, RemotingConnection connection, String securityDomain) {
    Subject subject = new Subject();
    if (server.equals(user)) {
      if (password == null || !same(password, serverPassword)) {
        return null;
      }
      subject.getPrincipals().add(new UserPrincipal(server));
      subject.getPrincipals().add(new RolePrincipal(server));
      return subject;
    }
    BrokerUsers.User known = users == null ? null : users.authenticate(user, password);
    if (known == null) {
      return null;
    }
    subject.getPrincipals().add(new UserPrincipal(known.name()));
    known.roles().forEach(role -> subject.getPrincipals().add(new RolePrincipal(role)));
    return subject;
  }

  private static boolean same(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public boolean authorize(Subject subject, Set<Role> roles, CheckType type, String address) {
    for (RolePrincipal held : subject.getPrincipals(RolePrincipal.class)) {
      for (Role role : roles) {
        if (role.getName().equals(held.getName()) && type.hasRole(role)) {
          return true;
        }
      }
    }
    return false;
  }

  @Override
  public boolean validateUser(String user, String password) {
    return authenticate(user, password, null, null) != null;
  }

  @Override
  public boolean validateUserAndRole(
      String user, String password, Set<Role> roles, CheckType checkType) {
    Subject subject = authenticate(user, password, null, null);
    return subject != null && authorize(subject, roles, checkType, null);
  }

  @Override
  public String getUserFromSubject(Subject subject) {
    if (subject == null) {
      return null;
    }
    return subject.getPrincipals(UserPrincipal.class).stream()
        .map(UserPrincipal::getName)
        .findFirst()
        .orElse(null);
  }
}
