"""Who lives in the demo: landlords and where they let, tenants. All invented."""

ADMIN = ("admin", "Rowan Ellis")
FIRST_LANDLORD = ("landlord", "Morag Sinclair")
FIRST_TENANT = ("tenant", "Tom Hartley")
"""The three whose sign-ins the command line prints: the name before the @, and what they are called."""

LANDLORDS: dict[str, tuple[str, ...]] = {
    "Edinburgh": (FIRST_LANDLORD[1], "Callum Fraser", "Priya Nair"),
    "London": ("Grace Adeyemi", "Daniel Whitlock", "Yasmin Rahman"),
    "Manchester": ("Helen Ashworth", "Owen Bailey"),
    "Dublin": ("Niamh Gallagher", "Conor Byrne"),
    "Paris": ("Camille Laurent", "Étienne Morel"),
    "Berlin": ("Jonas Richter", "Aylin Demir"),
    "Lisbon": ("Inês Carvalho",),
    "Barcelona": ("Marta Puig", "Jordi Ferrer"),
    "Amsterdam": ("Sanne de Vries",),
    "Vienna": ("Katharina Leitner",),
    "Prague": ("Tereza Nováková",),
    "Copenhagen": ("Freja Lindholm",),
    "Stockholm": ("Erik Sandberg",),
    "Kyoto": ("Haruka Mori",),
    "Montréal": ("Élodie Tremblay", "Marc Gagnon"),
}
"""Landlords of each city."""

TENANTS = (
    *(FIRST_TENANT[1], "Amara Okafor", "Ben Carter", "Chloé Dubois", "Diego Morales", "Ewa Kowalska", "Farid Haddad"),
    *("Greta Nilsson", "Hugo Almeida", "Isla Murray", "Jakub Svoboda", "Keiko Tanaka", "Liam O'Connor", "Mei Chen"),
    *("Noah Fischer", "Olivia Brandt", "Pavel Dvořák", "Quentin Roux", "Rosa Bianchi", "Samir Patel", "Tuva Berg"),
    *("Uma Krishnan", "Victor Lindqvist", "Wanjiru Kamau", "Xenia Papadopoulou", "Yusuf Kaya", "Zoë Janssens"),
    *("Alice Thornton", "Bram Visser", "Clara Moreno", "Dara Quinn", "Emil Hansen", "Fatima Zahra", "George Lowe"),
    *("Hana Sato", "Ivo Petrov", "Julia Steiner", "Kofi Mensah", "Lotte Bakker", "Magnus Dahl"),
)
