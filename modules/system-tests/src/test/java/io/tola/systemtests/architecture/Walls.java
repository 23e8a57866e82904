package io.tola.systemtests.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Clock;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/**
 * Every rule about compiled classes, each with the name of the broken example it must refuse. The
 * examples lie under {@code architecture.broken.<example>} and have modules and rooms of their own.
 */
enum Walls {
  MODULES_FOLLOW_THE_ARROWS("arrowback", Walls::arrows),
  OTHER_MODULES_ARE_USED_THROUGH_THEIR_API("behindtheapi", Walls::onlyApi),
  NOBODY_BUT_THE_DOOR_USES_AUDIT_OR_PERFORMANCE("auditcalled", Walls::arrows),
  EVERY_MODULE_HAS_A_PLACE_IN_THE_ARROWS("unplaced", Walls::placed),
  BUSINESS_MODULES_HAVE_KNOWN_ROOMS_ONLY("unknownroom", Walls::knownRooms),
  API_KNOWS_NO_OTHER_ROOM("apiinward", Walls::apiStandsAlone),
  API_KNOWS_NO_TECHNOLOGY("apijdbc", Walls::apiWithoutTechnology),
  DOMAIN_KNOWS_NO_TECHNOLOGY("domaincache", Walls::domainWithoutTechnology),
  DOMAIN_READS_NO_CLOCK("domainclock", Walls::domainWithoutClock),
  DOMAIN_CALLS_NO_STORE_OR_APPLICATION("domaininward", Walls::domainStandsAlone),
  STORE_CALLS_NO_APPLICATION("storeup", Walls::storeStandsBelow),
  STORE_HAS_NO_DOORS_OR_SESSION_BEANS("storebean", Walls::storeWithoutBeans),
  APPLICATION_WRITES_NO_SQL("applicationsql", Walls::applicationWithoutSql),
  APPLICATION_KNOWS_NO_DOOR("applicationdoor", Walls::applicationWithoutDoors),
  SESSION_BEANS_LIVE_IN_APPLICATION("beanelsewhere", Walls::sessionBeansInApplication),
  SESSION_BEANS_ARE_PUBLIC("hiddenbean", Walls::sessionBeansPublic),
  KERNEL_KNOWS_NO_TECHNOLOGY("kerneltechnology", Walls::kernelWithoutTechnology),
  NAMES_SAY_WHAT_A_TYPE_IS("suffix", Walls::suffixes),
  NOBODY_ASKS_THE_SYSTEM_CLOCK("clockless", Walls::clockless),
  THE_SERVER_HAS_ONE_CLOCK("ownclock", Walls::oneClock),
  NO_DECIMAL_COMES_FROM_A_DOUBLE("doubledecimal", Walls::decimals),
  THE_SERVER_DOES_NOT_PRINT("printing", Walls::printing),
  PACKAGES_FORM_NO_CYCLE("cycle", Walls::cycles),
  MODULES_FORM_NO_CYCLE("modulecycle", Walls::moduleCycles);

  /** What a rule has to know of the classes it looks at. */
  record Subject(Layout layout, Set<String> businessModules, Set<String> serverModules) {}

  private static final Set<String> ROOMS = Set.of("api", "application", "domain", "store");
  private static final Pattern BANNED_SUFFIX =
      Pattern.compile(".*(Impl|Manager|Helper|Utils?|D[Tt][Oo]|Bean)$");
  // Apache's random numbers and distributions are mathematics, not technology.
  private static final Pattern TECHNOLOGY =
      Pattern.compile(
          "(jakarta|javax\\.(sql|cache|naming|transaction)|java\\.sql|com\\.hazelcast|com\\.fasterxml\\.jackson|org\\.postgresql"
              + "|org\\.eclipse\\.microprofile|org\\.apache(?!\\.commons\\.(rng|statistics)\\b))(\\..*)?");
  private static final Pattern DOORS =
      Pattern.compile("jakarta\\.(ws\\.rs|servlet|websocket|jms)(\\..*)?");

  private final String brokenExample;
  private final BiFunction<Walls, Subject, ArchRule> rule;

  Walls(String brokenExample, BiFunction<Walls, Subject, ArchRule> rule) {
    this.brokenExample = brokenExample;
    this.rule = rule;
  }

  String brokenExample() {
    return brokenExample;
  }

  ArchRule over(Subject subject) {
    return rule.apply(this, subject).allowEmptyShould(true);
  }

  // Arrows

  private ArchRule arrows(Subject s) {
    return classes()
        .should(
            onlyDependOn(
                "follow the arrows between modules",
                s,
                (from, to) ->
                    Arrows.allowed(
                        s.layout.module(from).orElseThrow(), s.layout.module(to).orElseThrow())));
  }

  private ArchRule onlyApi(Subject s) {
    return classes()
        .should(
            onlyDependOn(
                "use nothing of another business module but its api",
                s,
                (from, to) ->
                    s.layout.module(from).equals(s.layout.module(to))
                        || !s.businessModules.contains(s.layout.module(to).orElseThrow())
                        || s.layout.room(to).equals(Optional.of("api"))));
  }

  private ArchRule placed(Subject s) {
    return classes()
        .should(
            satisfy(
                "belong to a module that has its place in the arrows",
                c -> s.layout.module(c).map(Arrows::hasPlace).orElse(false)));
  }

  // Rooms

  private ArchRule knownRooms(Subject s) {
    return classes()
        .that(areInBusinessModules(s))
        .should(
            satisfy(
                "live in one of the rooms " + ROOMS,
                c -> s.layout.room(c).map(ROOMS::contains).orElse(false)));
  }

  private ArchRule apiStandsAlone(Subject s) {
    return classes().that(areInRoom(s, "api")).should(onlyUseOfOwnModule(s, Set.of("api")));
  }

  private ArchRule domainStandsAlone(Subject s) {
    return classes()
        .that(areInRoom(s, "domain"))
        .should(onlyUseOfOwnModule(s, Set.of("api", "domain")));
  }

  private ArchRule storeStandsBelow(Subject s) {
    return classes()
        .that(areInRoom(s, "store"))
        .should(onlyUseOfOwnModule(s, Set.of("api", "domain", "store")));
  }

  private ArchRule apiWithoutTechnology(Subject s) {
    return noClasses()
        .that(areInRoom(s, "api"))
        .should(
            dependOnPackages(
                "persistence, JDBC or Jakarta beyond injection",
                p -> TECHNOLOGY.matcher(p).matches() && !isInjection(p)));
  }

  private ArchRule domainWithoutTechnology(Subject s) {
    return noClasses()
        .that(areInRoom(s, "domain"))
        .should(
            dependOnPackages(
                "Jakarta (but JPA's annotations), JDBC, caches or JSON",
                p -> TECHNOLOGY.matcher(p).matches() && !p.equals("jakarta.persistence")));
  }

  private ArchRule domainWithoutClock(Subject s) {
    return noClasses()
        .that(areInRoom(s, "domain"))
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Clock.class)
        .orShould(callAnyOf("the system's time", Walls::readsTime));
  }

  private ArchRule storeWithoutBeans(Subject s) {
    return noClasses()
        .that(areInRoom(s, "store"))
        .should(
            dependOnPackages(
                "session beans or doors",
                p -> p.startsWith("jakarta.ejb") || DOORS.matcher(p).matches()));
  }

  private ArchRule applicationWithoutSql(Subject s) {
    return noClasses()
        .that(areInRoom(s, "application"))
        .should(
            new ArchCondition<JavaClass>("run SQL") {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                for (Dependency d : type.getDirectDependenciesFromSelf()) {
                  JavaClass target = d.getTargetClass();
                  boolean sql =
                      target.getPackageName().equals("java.sql")
                          && !target.isAssignableTo(Throwable.class);
                  events.add(new SimpleConditionEvent(d, sql, d.getDescription()));
                }
              }
            });
  }

  private ArchRule applicationWithoutDoors(Subject s) {
    return noClasses()
        .that(areInRoom(s, "application"))
        .should(dependOnPackages("doors", p -> DOORS.matcher(p).matches()));
  }

  private ArchRule sessionBeansInApplication(Subject s) {
    return classes()
        .that(areInBusinessModules(s))
        .and(areSessionBeans())
        .should(
            satisfy(
                "live in application", c -> s.layout.room(c).equals(Optional.of("application"))));
  }

  private ArchRule sessionBeansPublic(Subject s) {
    return classes().that(areSessionBeans()).should().haveModifier(JavaModifier.PUBLIC);
  }

  private ArchRule kernelWithoutTechnology(Subject s) {
    return noClasses()
        .that(
            DescribedPredicate.describe(
                "are in the kernel, outside of its room for statements",
                c ->
                    s.layout.module(c).equals(Optional.of("kernel"))
                        && !s.layout.room(c).equals(Optional.of("sql"))))
        .should(
            dependOnPackages(
                "persistence, transport or Jakarta beyond injection",
                p -> TECHNOLOGY.matcher(p).matches() && !isInjection(p)));
  }

  // Habits

  private ArchRule suffixes(Subject s) {
    return classes()
        .should(
            satisfy(
                "have no name ending in Impl, Manager, Helper, Util, DTO or Bean",
                c -> !BANNED_SUFFIX.matcher(c.getSimpleName()).matches()));
  }

  private ArchRule clockless(Subject s) {
    return noClasses()
        .that(
            DescribedPredicate.describe(
                "are not the platform's clock",
                c -> !c.getName().equals(s.layout.root() + ".kernel.time.PlatformClock")))
        .should(callAnyOf("the system's time", Walls::readsTime));
  }

  /** Outside of the server a program makes the clock that it hands to its parts. */
  private ArchRule oneClock(Subject s) {
    return noClasses()
        .that(
            DescribedPredicate.describe(
                "run in the server and are not the platform's clock",
                c ->
                    s.layout.module(c).map(s.serverModules::contains).orElse(false)
                        && !c.getName().equals(s.layout.root() + ".kernel.time.PlatformClock")))
        .should(
            callAnyOf(
                "for a clock of their own",
                target ->
                    target.getOwner().getName().equals(Clock.class.getName())
                        && target.getName().startsWith("system")));
  }

  private ArchRule decimals(Subject s) {
    return noClasses()
        .should(
            callAnyOf(
                "a BigDecimal made of a double",
                target ->
                    target.getOwner().getName().equals("java.math.BigDecimal")
                        && (target.getName().equals("<init>") || target.getName().equals("valueOf"))
                        && target.getRawParameterTypes().stream()
                            .anyMatch(p -> p.getName().equals("double"))));
  }

  private ArchRule printing(Subject s) {
    return noClasses()
        .that(
            DescribedPredicate.describe(
                "run in the server",
                c -> s.layout.module(c).map(s.serverModules::contains).orElse(false)))
        .should(
            new ArchCondition<JavaClass>("print to the console") {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                for (JavaAccess<?> access : type.getAccessesFromSelf()) {
                  String owner = access.getTargetOwner().getName();
                  String name = access.getTarget().getName();
                  boolean prints =
                      owner.equals("java.lang.System") && (name.equals("out") || name.equals("err"))
                          || name.equals("printStackTrace")
                              && access.getTargetOwner().isAssignableTo(Throwable.class)
                              && access instanceof JavaCall<?> call
                              && call.getTarget().getRawParameterTypes().isEmpty();
                  events.add(new SimpleConditionEvent(access, prints, access.getDescription()));
                }
              }
            });
  }

  private ArchRule cycles(Subject s) {
    return slices().matching(s.layout.root() + ".(**)").should().beFreeOfCycles();
  }

  private ArchRule moduleCycles(Subject s) {
    return slices().matching(s.layout.root() + ".(*)..").should().beFreeOfCycles();
  }

  // Parts

  private static boolean isInjection(String packageName) {
    return packageName.startsWith("jakarta.enterprise")
        || packageName.startsWith("jakarta.inject")
        || packageName.startsWith("jakarta.interceptor");
  }

  private static final List<String> TIME_TYPES =
      List.of(
          "Instant",
          "LocalDate",
          "LocalTime",
          "LocalDateTime",
          "ZonedDateTime",
          "OffsetDateTime",
          "OffsetTime",
          "Year",
          "YearMonth",
          "MonthDay");

  private static boolean readsTime(CodeUnitAccessTarget target) {
    String owner = target.getOwner().getName();
    if (owner.equals("java.lang.System")) {
      return target.getName().equals("currentTimeMillis");
    }
    if (owner.equals(Date.class.getName())) {
      return target.getName().equals("<init>") && target.getRawParameterTypes().isEmpty();
    }
    return owner.startsWith("java.time.")
        && TIME_TYPES.contains(target.getOwner().getSimpleName())
        && target.getName().equals("now")
        && target.getRawParameterTypes().stream().noneMatch(p -> p.isAssignableTo(Clock.class));
  }

  private static DescribedPredicate<JavaClass> areInBusinessModules(Subject s) {
    return DescribedPredicate.describe(
        "are in business modules",
        c -> s.layout.module(c).map(s.businessModules::contains).orElse(false));
  }

  private static DescribedPredicate<JavaClass> areInRoom(Subject s, String room) {
    return areInBusinessModules(s)
        .and(
            DescribedPredicate.describe(
                "are in " + room, c -> s.layout.room(c).equals(Optional.of(room))))
        .as("are in a business module's %s", room);
  }

  private static DescribedPredicate<JavaClass> areSessionBeans() {
    return DescribedPredicate.describe(
        "are session beans",
        c ->
            c.isAnnotatedWith("jakarta.ejb.Singleton")
                || c.isAnnotatedWith("jakarta.ejb.Stateless")
                || c.isAnnotatedWith("jakarta.ejb.Stateful")
                || c.isAnnotatedWith("jakarta.ejb.MessageDriven"));
  }

  private static ArchCondition<JavaClass> onlyUseOfOwnModule(Subject s, Set<String> rooms) {
    return onlyDependOn(
        "use nothing of their own module but " + rooms,
        s,
        (from, to) ->
            !s.layout.module(from).equals(s.layout.module(to))
                || s.layout.room(to).map(rooms::contains).orElse(false));
  }

  private static ArchCondition<JavaClass> onlyDependOn(
      String description, Subject s, BiFunction<JavaClass, JavaClass, Boolean> allowed) {
    return new ArchCondition<>(description) {
      @Override
      public void check(JavaClass from, ConditionEvents events) {
        for (Dependency d : from.getDirectDependenciesFromSelf()) {
          JavaClass to = d.getTargetClass().getBaseComponentType();
          if (s.layout.isOurs(to)) {
            events.add(new SimpleConditionEvent(d, allowed.apply(from, to), d.getDescription()));
          }
        }
      }
    };
  }

  private static ArchCondition<JavaClass> satisfy(
      String description, java.util.function.Predicate<JavaClass> predicate) {
    return new ArchCondition<>(description) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean ok = predicate.test(type);
        events.add(
            new SimpleConditionEvent(
                type, ok, type.getName() + (ok ? " does " : " does not ") + description));
      }
    };
  }

  private static ArchCondition<JavaClass> dependOnPackages(
      String description, java.util.function.Predicate<String> packages) {
    return new ArchCondition<>("depend on " + description) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        for (Dependency d : type.getDirectDependenciesFromSelf()) {
          String target = d.getTargetClass().getBaseComponentType().getPackageName();
          events.add(new SimpleConditionEvent(d, packages.test(target), d.getDescription()));
        }
      }
    };
  }

  private static ArchCondition<JavaClass> callAnyOf(
      String description, java.util.function.Predicate<CodeUnitAccessTarget> targets) {
    return new ArchCondition<>("call " + description) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        for (JavaCodeUnitAccess<?> access : type.getCodeUnitAccessesFromSelf()) {
          events.add(
              new SimpleConditionEvent(
                  access, targets.test(access.getTarget()), access.getDescription()));
        }
      }
    };
  }
}
