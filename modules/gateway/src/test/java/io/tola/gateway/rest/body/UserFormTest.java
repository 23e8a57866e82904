package io.tola.gateway.rest.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tola.gateway.json.Fields;
import io.tola.gateway.json.Json;
import io.tola.gateway.security.UserOffice.Rights;
import io.tola.kernel.Role;
import io.tola.kernel.problem.FieldError;
import io.tola.kernel.problem.ProblemException;
import java.util.List;
import org.junit.jupiter.api.Test;

class UserFormTest {

  private static ObjectNode whole() {
    ObjectNode body = Json.mapper().createObjectNode().put("enabled", false);
    body.putArray("roles").add("viewer");
    body.putArray("accounts");
    body.putArray("allowed_addresses").add("192.0.2.7");
    return body;
  }

  @Test
  void aReplacementNamesEveryFieldThatIsMissing() {
    for (String field : List.of("roles", "accounts", "enabled", "allowed_addresses")) {
      for (boolean none : new boolean[] {true, false}) {
        ObjectNode body = whole();
        if (none) {
          body.putNull(field);
        } else {
          body.remove(field);
        }
        Fields form = Fields.of(body);
        UserForm.replacing(form, account -> true);
        ProblemException refused =
            catchThrowableOfType(ProblemException.class, form.errors()::throwIfAny);
        assertThat(refused.errors()).extracting(FieldError::field).containsExactly(field);
      }
    }
    Rights rights = UserForm.replacing(Fields.of(whole()), account -> true);
    assertThat(rights.enabled()).isFalse();
    assertThat(rights.addresses().admits("192.0.2.8")).isFalse();
  }

  @Test
  void aNewUserNeedsRolesOnly() {
    ObjectNode body = Json.mapper().createObjectNode();
    body.putArray("roles").add("viewer");
    Fields form = Fields.of(body);
    Rights rights = UserForm.ofNewUser(form, account -> true);
    form.errors().throwIfAny();
    assertThat(rights.roles()).containsExactly(Role.VIEWER);
    assertThat(rights.enabled()).isTrue();
    assertThat(rights.accounts()).isEmpty();
    assertThat(rights.addresses()).isNull();
  }
}
