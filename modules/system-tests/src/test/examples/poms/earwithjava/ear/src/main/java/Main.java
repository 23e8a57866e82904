final class Main {}
