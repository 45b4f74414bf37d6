"""Cities that people call by several names, and large ones with one: in English, German and the languages spoken there.

A line a city: its country (ISO 3166-1), then its names. Written by hand; spellings that only fold differently (accents,
`ue` for `ü`, `St` for `Saint`) need no entry of their own.
"""

CITY_NAMES = """
AE Abu Dhabi, Abū Ẓabī
AE Dubai, Dubaj, Dubayy
AL Tirana, Tiranë
AM Yerevan, Jerewan, Eriwan, Erevan
AR Buenos Aires
AT Graz
AT Innsbruck
AT Klagenfurt
AT Linz
AT Salzburg, Salzbourg, Salisburgo
AT Vienna, Wien, Vienne, Viena, Wenen, Vídeň, Bécs, Dunaj, Wiedeń
AU Adelaide
AU Brisbane
AU Canberra
AU Melbourne
AU Perth
AU Sydney
AZ Baku, Bakou
BA Sarajevo, Sarajewo
BE Antwerp, Antwerpen, Anvers, Amberes, Anversa
BE Bruges, Brugge, Brügge, Brujas
BE Brussels, Bruxelles, Brussel, Brüssel, Bruselas
BE Ghent, Gent, Gand, Gante
BE Liège, Lüttich, Luik, Lieja
BE Louvain, Leuven, Löwen
BE Ostend, Oostende, Ostende
BG Sofia, Sofija
BR Brasília, Brasilia
BR Rio de Janeiro, Rio
BR São Paulo, Sao Paulo
BY Minsk
CA Calgary
CA Montreal, Montréal
CA Ottawa
CA Quebec City, Québec, Quebec
CA St. John's, Saint Johns
CA Toronto
CA Vancouver
CH Basel, Basle, Bâle, Basilea
CH Bern, Berne, Berna
CH Geneva, Genf, Genève, Ginevra, Ginebra
CH Lausanne, Losanna
CH Lucerne, Luzern, Lucerna
CH Lugano
CH St. Gallen, Sankt Gallen, Saint-Gall, San Gallo
CH Winterthur
CH Zurich, Zürich, Zurigo, Zúrich
CL Santiago, Santiago de Chile
CN Beijing, Peking, Pékin, Pekín
CN Canton, Guangzhou, Kanton
CN Shanghai, Schanghai, Xangai
CO Bogotá, Bogota
CU Havana, La Habana, Havanna, La Havane
CY Limassol, Lemesos
CY Nicosia, Nikosia, Lefkosia, Lefkoşa
CZ Brno, Brünn
CZ Karlovy Vary, Karlsbad, Carlsbad
CZ Pilsen, Plzeň
CZ Prague, Praha, Prag, Praga
DE Aachen, Aix-la-Chapelle, Aken, Aquisgrán, Aquisgrana
DE Augsburg
DE Berlin, Berlín, Berlino
DE Bonn
DE Bremen, Brême, Brema
DE Brunswick, Braunschweig
DE Cologne, Köln, Colonia, Keulen, Kolonia
DE Dortmund
DE Dresden, Dresde, Dresda, Drážďany
DE Düsseldorf
DE Essen
DE Frankfurt, Frankfurt am Main, Francfort, Francoforte, Frankfurt/Main
DE Freiburg, Freiburg im Breisgau, Fribourg-en-Brisgau
DE Hamburg, Hambourg, Hamburgo, Amburgo
DE Hanover, Hannover, Hanovre
DE Heidelberg
DE Karlsruhe
DE Kiel
DE Leipzig, Lipsia, Lipsko
DE Lübeck
DE Mainz, Mayence, Maguncia, Magonza
DE Mannheim
DE Munich, München, Múnich, Monaco di Baviera, Mnichov, Monachium
DE Münster
DE Nuremberg, Nürnberg, Núremberg, Norimberga
DE Potsdam
DE Regensburg, Ratisbon, Ratisbonne, Ratisbona
DE Rostock
DE Stuttgart
DE Trier, Trèves, Treviri
DE Ulm
DE Weimar
DE Wiesbaden
DK Aarhus, Århus
DK Copenhagen, København, Kopenhagen, Copenhague, Copenaghen, Kodaň
DK Odense
DZ Algiers, Alger, Algier
EE Tallinn, Reval
EG Alexandria, Alexandrie, Alejandría
EG Cairo, Kairo, Le Caire, El Cairo, Al-Qāhira
ES A Coruña, La Coruña, Corunna
ES Alicante, Alacant
ES Barcelona, Barcelone, Barcellona
ES Bilbao, Bilbo
ES Cordoba, Córdoba, Cordoue
ES Granada, Grenade
ES Madrid
ES Málaga, Malaga
ES Palma, Palma de Mallorca
ES Pamplona, Iruña
ES San Sebastián, Donostia
ES Seville, Sevilla, Séville, Siviglia
ES Valencia, València, Valence
ES Vitoria, Gasteiz, Vitoria-Gasteiz
ES Zaragoza, Saragossa, Saragosse
FI Helsinki, Helsingfors
FI Tampere, Tammerfors
FI Turku, Åbo
FR Avignon
FR Bordeaux, Burdeos
FR Cannes
FR Colmar, Kolmar
FR Lille, Rijsel, Ryssel
FR Lyon, Lyons, Lione
FR Marseille, Marseilles, Marsella, Marsiglia
FR Mulhouse, Mülhausen
FR Nantes
FR Nice, Nizza, Niza
FR Paris, París, Parigi, Parijs, Paříž, Paryż
FR Saint-Étienne
FR Strasbourg, Straßburg, Estrasburgo, Strasburgo
FR Toulouse, Tolosa
GB Aberdeen
GB Bath
GB Belfast, Béal Feirste
GB Birmingham
GB Brighton
GB Bristol
GB Cambridge
GB Cardiff, Caerdydd
GB Derry, Londonderry
GB Edinburgh, Edinburg, Édimbourg, Edimburgo, Dùn Èideann
GB Glasgow, Glaschu
GB Leeds
GB Liverpool
GB London, Londres, Londra, Londen, Londýn, Londyn, Llundain
GB Manchester
GB Newcastle, Newcastle upon Tyne
GB Oxford
GB St Andrews
GB Swansea, Abertawe
GB York
GE Tbilisi, Tiflis
GR Athens, Athen, Athína, Athènes, Atenas, Atene
GR Corfu, Korfu, Kerkyra
GR Heraklion, Iraklio
GR Thessaloniki, Salonica, Saloniki, Salonique
HK Hong Kong, Hongkong
HR Dubrovnik, Ragusa
HR Rijeka, Fiume
HR Split, Spalato
HR Zagreb, Agram
HU Budapest, Budapešť, Budapeszt
IE Cork, Corcaigh
IE Dublin, Baile Átha Cliath, Dublino, Dublín
IE Galway, Gaillimh
IL Jerusalem, Jérusalem, Jerusalén, Gerusalemme
IL Tel Aviv, Tel-Aviv
IN Bangalore, Bengaluru
IN Bombay, Mumbai
IN Calcutta, Kolkata, Kalkutta
IN Chennai, Madras
IN Delhi, New Delhi, Neu-Delhi
IR Tehran, Teheran, Téhéran
IS Reykjavik, Reykjavík
IT Bologna, Bologne, Bolonia
IT Bolzano, Bozen
IT Florence, Firenze, Florenz, Florencia
IT Genoa, Genova, Genua, Gênes, Génova
IT Merano, Meran
IT Milan, Milano, Mailand, Milán, Milaan
IT Naples, Napoli, Neapel, Nápoles
IT Padua, Padova, Padoue
IT Palermo, Palerme
IT Rome, Roma, Rom, Řím, Rzym
IT Syracuse, Siracusa, Syrakus
IT Trento, Trient, Trent
IT Trieste, Triest
IT Turin, Torino, Turín
IT Venice, Venezia, Venedig, Venise, Venecia, Benátky, Wenecja
IT Verona, Vérone
JP Kyoto, Kyōto, Kioto
JP Osaka, Ōsaka
JP Sapporo
JP Tokyo, Tōkyō, Tokio
KE Nairobi
KR Seoul, Séoul, Seúl
LB Beirut, Beyrouth
LT Kaunas, Kauen
LT Vilnius, Wilna, Wilno
LU Luxembourg, Luxemburg, Lëtzebuerg, Luxemburgo, Lussemburgo
LV Riga, Rīga
MA Casablanca
MA Fez, Fès
MA Marrakesh, Marrakech, Marrakesch
MA Tangier, Tanger, Tánger
MC Monaco
MD Chișinău, Chisinau, Kischinau
ME Podgorica
MK Skopje, Üsküb
MT Valletta, La Valletta
MX Mexico City, Ciudad de México, Mexiko-Stadt, CDMX
MY Kuala Lumpur
NL Amsterdam
NL Den Haag, The Hague, 's-Gravenhage, La Haye, La Haya
NL Eindhoven
NL Groningen
NL Maastricht
NL Rotterdam
NL Utrecht
NO Bergen
NO Oslo
NO Stavanger
NO Tromsø
NO Trondheim
NZ Auckland
NZ Christchurch
NZ Wellington
PE Lima
PH Manila
PL Danzig, Gdańsk
PL Krakow, Kraków, Krakau, Cracow, Cracovie, Cracovia
PL Łódź, Lodz
PL Poznań, Posen
PL Stettin, Szczecin
PL Warsaw, Warszawa, Warschau, Varsovie, Varsovia
PL Wrocław, Breslau
PT Faro
PT Lisbon, Lisboa, Lissabon, Lisbonne
PT Porto, Oporto
RO Bucharest, București, Bukarest, Bucarest
RO Cluj-Napoca, Klausenburg, Cluj
RO Sibiu, Hermannstadt
RS Belgrade, Beograd, Belgrad, Belgrado
RS Novi Sad, Neusatz
RU Moscow, Moskva, Moskau, Moscou, Moscú, Mosca
RU Saint Petersburg, Sankt-Peterburg, Sankt Petersburg, Saint-Pétersbourg, San Petersburgo
SE Gothenburg, Göteborg
SE Malmö
SE Stockholm, Estocolmo, Stoccolma
SE Uppsala
SG Singapore, Singapur, Singapour
SI Ljubljana, Laibach, Lubiana
SI Maribor, Marburg an der Drau
SK Bratislava, Pressburg, Pozsony
TH Bangkok, Krung Thep
TH Chiang Mai
TN Tunis, Túnez
TR Ankara
TR Istanbul, İstanbul, Konstantinopel, Constantinople, Estambul
TR Izmir, İzmir, Smyrna
TW Taipei, Taipeh
UA Kyiv, Kiev, Kiew, Kyjiw
UA Lviv, Lemberg, Lwów, Lvov
UA Odesa, Odessa
US Boston
US Chicago
US Los Angeles
US Miami
US New Orleans
US New York, New York City, Nueva York, NYC
US Philadelphia
US San Francisco
US Seattle
US Washington, Washington DC
UZ Tashkent, Taschkent
VA Vatican City, Vatikanstadt
VN Hanoi, Hà Nội
VN Ho Chi Minh City, Saigon
ZA Cape Town, Kapstadt, Le Cap, Ciudad del Cabo, Kaapstad
ZA Johannesburg
"""
